"""Real letters with which staff look at a text: to the newest person of the program whom such a
mail concerns, or to one whom they name. What has not happened to the person yet is made up of the
edition's calendar; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from enrollment.models import (
    Application,
    Decision,
    Enrollment,
    ExtensionCode,
    Offer,
    Outcome,
    RegistrationWindow,
    WindowKind,
)
from enrollment.models.applications import ApplicationStatus, InformationRequest
from enrollment.models.reconsiderations import Reconsideration
from enrollment.rules.enrollments import undo_until
from lms.mail.compose import Letter

Found = Callable[[str, str], Letter | None]
WEEK = timedelta(7)


def _newest(rows: QuerySet, who: str, named: Q, wanted: Q) -> object | None:
    """The newest of the rows, first those that are `wanted`; where somebody is named, theirs."""
    rows = rows.filter(person__is_active=True, person__erased_at=None)
    if who:
        rows = rows.filter(named)
    is_wanted = Case(When(wanted, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(is_wanted, "-pk").first()


def of_applicant(context: Callable[[Application], dict], wanted: Q | None = None) -> Found:
    """Letters whose context is made of an application, preferably of one that is `wanted`."""

    def found(scope: str, who: str) -> Letter | None:
        rows = Application.objects.filter(edition__program__slug=scope)
        rows = rows.select_related("person", "window__phase", "offer", "edition__program")
        named = Q(person__email__iexact=who) | Q(code__iexact=who)
        row = _newest(rows, who, named, wanted or ~Q(status=ApplicationStatus.DRAFT))
        if row is None:
            return None
        given = {"application": row, "edition": row.edition, "window": row.window}
        return Letter(row.person, row, {**given, **context(row)})

    return found


def of_participant(context: Callable[[Enrollment], dict | None], wanted: Q | None = None) -> Found:
    """The same, made of a place; None where its edition has nothing such a mail is about."""

    def found(scope: str, who: str) -> Letter | None:
        rows = Enrollment.objects.filter(edition__program__slug=scope)
        rows = rows.select_related("person", "application", "edition__program")
        named = Q(person__email__iexact=who) | Q(application__code__iexact=who)
        row = _newest(rows, who, named, wanted or Q(status__in=[]))
        given = row and context(row)
        if given is None:
            return None
        return Letter(row.person, row, {"enrollment": row, "edition": row.edition, **given})

    return found


# -- what becomes of an application -----------------------------------------------------------


def nothing_else(_row) -> dict:
    return {}


def decided(outcome: str) -> Found:
    """With the decision as it stands where it is this outcome, and else as it would be."""

    def context(application: Application) -> dict:
        _hold_a_place(application)
        return {"decision": decision_of(application, outcome)}

    return of_applicant(context, Q(decisions__is_current=True, decisions__outcome=outcome))


def decision_of(application: Application, outcome: str) -> Decision:
    rows = application.decisions.filter(is_current=True, outcome=outcome)
    rank = 1 if outcome == Outcome.WAITLISTED else None
    made_up = {"application": application, "edition": application.edition}
    return rows.first() or Decision(**made_up, outcome=outcome, waitlist_rank=rank)


def _hold_a_place(application: Application) -> Offer:
    offer = getattr(application, "offer", None)
    if offer is None:
        edition = application.edition
        offer = Offer(edition=edition, respond_by=edition.offers_respond_by)
        offer.application = application
    return offer


def offered(application: Application) -> dict:
    return {"offer": _hold_a_place(application)}


def asked(application: Application) -> dict:
    newest = application.information_requests.last()
    made_up = InformationRequest(text=_("What was written, in one paragraph or in several."))
    return {"request": newest or made_up}


def reconsidered(application: Application) -> dict:
    made_up = Reconsideration(answer=_("What was written, in one paragraph or in several."))
    stored = getattr(application, "reconsideration", None)
    return {"reconsideration": stored if stored and stored.answer else made_up}


def extended(application: Application) -> dict:
    code = application.window.extension_codes.first()
    expires_at = application.window.closes_at + WEEK
    return {"code": code or ExtensionCode(code="R7K2M9QD", expires_at=expires_at)}


# -- places -----------------------------------------------------------------------------------


def in_phase(enrollment: Enrollment) -> dict | None:
    """In the edition's first phase, which has not begun; a week more of it."""
    phase = enrollment.edition.phases.order_by("order").first()
    if phase is None:
        return None
    return {"phase": phase, "has_begun": False, "until": phase.closes_at + WEEK}


def withdrawn(application: Application) -> dict:
    return {"return_until": application.window.closes_at}


def left(enrollment: Enrollment) -> dict:
    if enrollment.withdrawn_at is None:
        enrollment.withdrawn_at = enrollment.confirmed_at
    return {"undo_until": undo_until(enrollment)}


def signing_up(enrollment: Enrollment) -> dict | None:
    rows = RegistrationWindow.objects.filter(edition=enrollment.edition, kind=WindowKind.SIGN_UP)
    window = rows.select_related("phase").first()
    return window and {"window": window}
