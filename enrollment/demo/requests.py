"""What single people ask of the staff: a late entry, another look at a refusal, a course proved."""

from __future__ import annotations

from datetime import datetime, timedelta

from enrollment import emails
from enrollment.demo.applications import Crowd
from enrollment.demo.casting import profile_of
from enrollment.demo.data import read
from enrollment.demo.selection import Office
from enrollment.models import AlumniMatch, Application, Edition, ExtensionCode, Outcome
from enrollment.services.applications import CODE_LENGTH, UNAMBIGUOUS, keep_late_attempt
from enrollment.services.extensions import use_code
from enrollment.services.proofs import give_proof
from enrollment.services.reconsiderations import ask_again
from lms import journal
from lms.accounts.models import User

PROOFS = 3


def extend(crowd: Crowd, account: dict, office: Office, *, expires_at: datetime) -> None:
    """The account began in time, came some hours after the close, and has a code since the day
    after. Its letters are of the edition's chance, not of the machine's."""
    window, closes_at = crowd.window, crowd.window.closes_at
    person, made_at = User.objects.get(email=account["email"]), closes_at + timedelta(hours=14)
    crowd.begin(person, profile_of(account), closes_at - timedelta(hours=30))
    keep_late_attempt(person, window, None, at=closes_at + timedelta(hours=3))
    code = ExtensionCode.objects.create(
        window=window,
        code="".join(crowd.luck.choice(UNAMBIGUOUS) for _place in range(CODE_LENGTH)),
        reason=read("office")["code"],
        expires_at=expires_at,
        by=office.coordinator,
        at=made_at,
    )
    emails.extension_code(code, person.email, person, made_at)
    journal.record(
        window,
        "enrollment.make_extension_code",
        by=office.coordinator,
        at=made_at,
        reason=code.reason,
        uses=code.uses,
    )
    use_code(window, code.code, by=person, at=made_at + timedelta(hours=2))


def prove(edition: Edition, at: datetime) -> None:
    """Some who are on no row of the list write how they took the course."""
    claims = edition.applications.filter(
        alumni_match=AlumniMatch.SELF_DECLARED, duplicate_of=None, status="submitted"
    )
    for application in claims.select_related("person").order_by("-pk")[:PROOFS]:
        text = read("office")["proof"][application.language]
        give_proof(application, text, by=application.person, at=at)


def dispute(edition: Edition, kept: list[Application], at: datetime) -> None:
    """One who was refused asks for another look; those `kept` for accounts still can."""
    refused = edition.applications.filter(
        decisions__is_current=True, decisions__outcome=Outcome.NOT_SELECTED
    )
    refused = refused.exclude(pk__in=[one.pk for one in kept]).order_by("pk")
    if application := refused.select_related("person").first():
        text = read("office")["reconsideration"][application.language]
        ask_again(application, text, by=application.person, at=at)
