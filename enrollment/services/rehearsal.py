"""The release tried before it is armed: everything it does is done, looked at, and undone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.models import Application, Decision, Edition, Eligibility, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.decisions import can_rehearse, open_cases, release_instant
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
    """One real letter of its kind and language, as `code` would get it."""

    outcome: str
    language: str
    code: str
    subject: str
    text: str


@dataclass(frozen=True)
class Rehearsal:
    """`counts` are `(outcome, language, how many)`, `at` the instant of the release."""

    at: datetime
    counts: list[tuple[str, str, int]]
    checks: list[Check]
    samples: list[Sample]

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
    """Send whoever asks one letter of each kind and language. Returns how many."""
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
        checks.append(_told_once(edition, letters))
    return Rehearsal(released_at, _counts(letters), checks, _samples(letters))


def _letters(edition: Edition, released_at: datetime) -> list[OutgoingMessage]:
    kinds = [f"enrollment/mail/{name}" for name in LETTERS.values()]
    rows = OutgoingMessage.objects.filter(
        scope=edition.program.slug, template__in=kinds, created_at=released_at
    )
    return list(rows.order_by("pk"))


def _counts(letters: list[OutgoingMessage]) -> list[tuple[str, str, int]]:
    counted = Counter((_outcome_of(one), one.language) for one in letters)
    order = [str(outcome) for outcome in LETTERS]
    keys = sorted(counted, key=lambda key: (order.index(key[0]), key[1]))
    return [(outcome, language, counted[outcome, language]) for outcome, language in keys]


def _outcome_of(letter: OutgoingMessage) -> str:
    names = {f"enrollment/mail/{name}": str(outcome) for outcome, name in LETTERS.items()}
    return names[letter.template]


def _samples(letters: list[OutgoingMessage]) -> list[Sample]:
    firsts: dict[tuple[str, str], OutgoingMessage] = {}
    for one in letters:
        firsts.setdefault((one.template, one.language), one)
    keys = [int(one.about.partition(":")[2]) for one in firsts.values()]
    codes = dict(Application.objects.filter(pk__in=keys).values_list("pk", "code"))
    return [
        Sample(_outcome_of(one), one.language, codes[key], one.subject, one.text)
        for key, one in zip(keys, firsts.values(), strict=True)
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
    codes = list(rows.order_by("code").values_list("code", flat=True).distinct())
    return Check(label, len(codes), codes[:MOST_NAMED])


def _told_once(edition: Edition, letters: list[OutgoingMessage]) -> Check:
    told = Counter((one.about, one.language) for one in letters)
    rows = Application.objects.filter(
        edition=edition, status__in=IN_SELECTION, person__isnull=False
    ).select_related("person")
    wrong = [one.code for one in rows if told.pop((reference(one), one.person.language), 0) != 1]
    label = _("Everybody gets exactly one letter, in their language")
    return Check(label, len(wrong) + len(told), sorted(wrong)[:MOST_NAMED])
