"""The release tried before it is armed: everything it does is done, looked at, and undone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.models import Application, Decision, Edition, Eligibility, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.decisions import (
    can_rehearse,
    open_cases,
    release_instant,
    why_ineligible,
)
from enrollment.rules.staff import coordinates
from enrollment.services.offers import make_offers
from enrollment.services.release import LETTERS, write_outcome_messages
from lms import journal
from lms.decisions import DomainError
from lms.mail.compose import reference
from lms.mail.models import OutgoingMessage

MOST_NAMED = 20


@dataclass(frozen=True)
class Check:
    """What has to hold, and the codes of the applications for which it does not (twenty are
    named). `reason` is why the release itself was refused."""

    label: object
    broken: int = 0
    codes: list[str] = field(default_factory=list)
    reason: object = ""

    @property
    def holds(self) -> bool:
        return not self.broken and not self.reason


@dataclass(frozen=True)
class Sample:
    """The letters of one kind: alike in outcome, in the requirement that is not met (`because`,
    empty where none is meant) and in language. How many they are, and one of them, as `code` would
    get it."""

    outcome: str
    because: str
    language: str
    count: int
    code: str
    subject: str
    text: str


@dataclass(frozen=True)
class Rehearsal:
    """`applications` are those that have to be told, `at` the instant of the release."""

    at: datetime
    applications: int
    checks: list[Check]
    samples: list[Sample]

    @property
    def letters(self) -> int:
        return sum(one.count for one in self.samples)

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)


def rehearse(edition: Edition, *, at: datetime) -> Rehearsal:
    """Release the edition as it is decided now, look at what came of it, and take it back: nobody
    sees or is sent anything. Refuses where there is nothing to release, or it is released."""
    can_rehearse(edition, at).require()
    with transaction.atomic():
        edition = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        found = _perform(edition, at)
        transaction.set_rollback(True)
    return found


def send_samples(edition: Edition, *, by, at: datetime) -> int:
    """Send whoever asks one letter of each kind. Returns how many."""
    coordinates(by, edition.program).require()
    samples = rehearse(edition, at=at).samples
    emails.rehearsal(edition, samples, by, at)
    journal.record(edition, "enrollment.rehearse", by=by, at=at, letters=len(samples))
    return len(samples)


def _perform(edition: Edition, at: datetime) -> Rehearsal:
    released_at = edition.released_at or release_instant(edition, at)
    edition.decisions_locked_at = edition.decisions_locked_at or at
    edition.released_at = released_at
    edition.save(update_fields=["decisions_locked_at", "released_at"])
    refusal: object = ""
    try:
        make_offers(edition, at=min(at, released_at))
        write_outcome_messages(edition, released_at)
    except DomainError as error:
        refusal = error.reason
    letters = _letters(edition, released_at)
    checks = [Check(_("The release can be carried out"), reason=refusal), *_checks(edition)]
    if not refusal:
        checks += _told_once(edition, letters)
    told = Application.objects.filter(edition=edition, status__in=IN_SELECTION).count()
    return Rehearsal(released_at, told, checks, _samples(edition, letters))


def _letters(edition: Edition, released_at: datetime) -> list[OutgoingMessage]:
    kinds = [f"enrollment/mail/{name}" for name in LETTERS.values()]
    rows = OutgoingMessage.objects.filter(
        scope=edition.program.slug, template__in=kinds, created_at=released_at
    )
    return list(rows.order_by("pk"))


def _samples(edition: Edition, letters: list[OutgoingMessage]) -> list[Sample]:
    """The first letter of each kind, in the order of the outcomes."""
    outcomes = {f"enrollment/mail/{name}": str(outcome) for outcome, name in LETTERS.items()}
    rows = Application.objects.filter(edition=edition).only("code", "eligibility_reason")
    about = {reference(one): one for one in rows}
    kinds: dict[tuple[str, str, str], list[OutgoingMessage]] = {}
    for one in letters:
        outcome, because = outcomes[one.template], ""
        if outcome == Outcome.INELIGIBLE:
            because = str(why_ineligible(about[one.about]))
        kinds.setdefault((outcome, because, one.language), []).append(one)
    order = list(outcomes.values())
    return [
        Sample(*kind, len(found), about[found[0].about].code, found[0].subject, found[0].text)
        for kind, found in sorted(kinds.items(), key=lambda one: (order.index(one[0][0]), one[0]))
    ]


def _checks(edition: Edition) -> list[Check]:
    rows = Application.objects.filter(edition=edition, status__in=IN_SELECTION)
    current = Count("decisions", filter=Q(decisions__is_current=True))
    selected = Decision.objects.filter(
        edition=edition,
        is_current=True,
        outcome=Outcome.SELECTED,
        application__status__in=IN_SELECTION,
    )
    doubtful = selected.filter(
        open_cases(edition) | ~Q(application__eligibility=Eligibility.ELIGIBLE)
    )
    over = max(selected.count() - edition.capacity, 0)
    unreachable = rows.filter(Q(person=None) | Q(person__is_active=False) | Q(person__email=""))
    return [
        _check(
            _("Each applicant has exactly one outcome"),
            rows.annotate(current=current).exclude(current=1),
        ),
        _check(
            _("Nobody is selected whose eligibility or earlier course is open"),
            rows.filter(decisions__in=doubtful),
        ),
        Check(_("No more are selected than there are seats"), over),
        _check(_("Everybody can be written to"), unreachable),
    ]


def _check(label, rows) -> Check:
    return _named(label, list(rows.order_by("code").values_list("code", flat=True).distinct()))


def _told_once(edition: Edition, letters: list[OutgoingMessage]) -> list[Check]:
    """Whether the letters and the applications of the selection are one to one, and each letter
    goes to whoever applied, in their language."""
    about: dict[str, list[OutgoingMessage]] = defaultdict(list)
    for letter in letters:
        about[letter.about].append(letter)
    silent, twice, wrong = [], [], []
    rows = Application.objects.filter(
        edition=edition, status__in=IN_SELECTION, person__isnull=False
    ).select_related("person")
    for one in rows.only("code", "person__language").order_by("code"):
        own = about.pop(reference(one), [])
        if not own:
            silent.append(one.code)
        elif len(own) > 1:
            twice.append(one.code)
        if any(_goes_astray(letter, one.person) for letter in own):
            wrong.append(one.code)
    stray = sum(map(len, about.values()))
    return [
        _named(_("Nobody is left without a letter"), silent),
        _named(_("Nobody gets two letters"), twice),
        _named(_("Everybody’s letter goes to them, in their language"), wrong, stray),
    ]


def _goes_astray(letter: OutgoingMessage, person) -> bool:
    return letter.person_id != person.pk or letter.language != person.language


def _named(label, codes: list[str], more: int = 0) -> Check:
    return Check(label, len(codes) + more, codes[:MOST_NAMED])
