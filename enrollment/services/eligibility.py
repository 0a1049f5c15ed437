"""What is computed about applications: alumni match, eligibility, score, likely duplicates.

Computed when an application is submitted or changed and when the list of alumni changes, until
the decisions are locked. What a coordinator settled by hand is left as it is. Nobody is told
anything, and nobody is refused, before the release.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from enrollment.matching import (
    Applicant,
    Found,
    Like,
    disputed,
    find_alumni,
    find_duplicates,
    likeness,
    normal_email,
)
from enrollment.models import (
    AlumniMatch,
    Alumnus,
    Application,
    Edition,
    Eligibility,
    Program,
    Workplace,
)
from enrollment.models.applications import (
    IN_SELECTION,
    MATCH_BY_HAND,
    MATCH_OPEN,
    MATCH_SETTLED_YES,
)
from enrollment.names import name_of, normal_text
from enrollment.rules.eligibility import (
    BY_THE_RULES,
    NOT_COMPLETED,
    can_settle,
    can_settle_in,
    is_in_selection,
    judge,
)
from enrollment.scoring import Points, points
from enrollment.services.alumni_book import AlumniList
from enrollment.services.proofs import mark_seen
from lms import journal
from lms.decisions import Decision, DomainError, require_reason

FACETS = (
    "eligibility",
    "eligibility_reason",
    "alumni_match",
    "alumnus_id",
    "score",
    "likeness",
    "search_text",
    "duplicate_of_id",
    "duplicate_settled_at",
)
STORED = [name.removesuffix("_id") for name in FACETS]
CHUNK = 200


@dataclass(frozen=True)
class Turn:
    """The right to compute findings of an edition, until the transaction ends."""

    edition_id: int
    is_locked: bool


def take_turn(edition_id: int) -> Turn:
    """Wait until nobody else computes findings of the edition. Whoever will assess takes it before
    locking an application: findings of several hang together, and two who held one each would
    wait for one another."""
    rows = Edition.objects.select_for_update(no_key=True).filter(pk=edition_id)
    [locked_at] = rows.values_list("decisions_locked_at", flat=True)
    return Turn(edition_id, is_locked=locked_at is not None)


@transaction.atomic(savepoint=False)
def assess(application: Application, *, at: datetime, turn: Turn | None = None) -> None:
    """Compute one application anew, and those whose findings depend on it; nothing once the
    decisions are locked, and after the release only what is still to be shown."""
    turn = turn or take_turn(application.edition_id)
    _assess_around(application.edition, [application], turn, at)


@transaction.atomic
def look_again(person, at: datetime) -> None:
    """An address was proved to be the person's: it may be on a list of alumni."""
    rows = Application.objects.filter(person=person, status__in=IN_SELECTION)
    rows = rows.filter(edition__program__needs_alumni=True).order_by("edition")
    for application in rows.select_related("edition__program", "person", "role"):
        assess(application, at=at)


def _assess_around(
    edition: Edition, applications: list[Application], turn: Turn, at: datetime
) -> None:
    if turn.is_locked and not edition.is_released(at):
        return
    alumni = AlumniList(edition.program)
    circle = _circle_of(edition, applications, alumni)
    if turn.is_locked:
        _look_late(applications, circle, alumni, at)
    else:
        _assess(edition, circle, alumni, at)


def _look_late(
    applications: list[Application], circle: list[Application], alumni: AlumniList, at: datetime
) -> None:
    """After the release, of these applications: what was open may still be found on the list, or
    be proved, so that who waits can be called. Nobody loses anything by it; no score moves."""
    found, completed = _alumni(alumni, circle)
    before = {one.pk: _facets(one) for one in applications}
    for one in applications:
        match = found.get(one.pk)
        if one.alumni_match in MATCH_OPEN and match and match.verdict == AlumniMatch.AUTO:
            one.alumni_match, one.alumnus_id = AlumniMatch.AUTO, match.record.id
        if _is_proved(one, completed.get(one.alumnus_id)):
            one.eligibility, one.eligibility_reason = Eligibility.ELIGIBLE, ""
    _write([one for one in applications if _facets(one) != before[one.pk]], before, at)


def _is_proved(application: Application, completed: bool | None) -> bool:
    """Whether the course that was all that lacked is proved."""
    return application.eligibility_reason == NOT_COMPLETED and (
        application.alumni_match == AlumniMatch.PROOF_ACCEPTED
        or (application.alumni_match in MATCH_SETTLED_YES and bool(completed))
    )


@transaction.atomic
def assess_edition(edition: Edition, *, at: datetime) -> int:
    """Compute all applications of an edition anew; a locked one is left alone. Returns how many
    changed. Three queries to read, one for each chunk of changed rows to write."""
    if take_turn(edition.pk).is_locked:
        return 0
    applications = Application.objects.filter(edition=edition, status__in=IN_SELECTION)
    applications = list(applications.select_related("person", "role"))
    return _assess(edition, applications, AlumniList(edition.program), at)


def assess_program(program: Program, *, at: datetime) -> int:
    """Compute every edition that is not locked anew: the list of alumni has changed."""
    unlocked = program.editions.filter(decisions_locked_at=None).order_by("pk")
    return sum(assess_edition(edition, at=at) for edition in unlocked)


@transaction.atomic
def settle_match(
    application: Application, outcome: str, *, by, at: datetime, reason: str
) -> Application:
    """Settle a match by hand: `confirmed`, `rejected` or `proof_accepted`, with a reason; it
    stays through every later computation. Settling it the same way again changes nothing."""
    refusals = settle_by_hand(
        application.edition, [application.pk], outcome, by=by, at=at, reason=reason
    )
    for _application, answer in refusals:
        answer.require()
    return _rows().get(pk=application.pk)


@transaction.atomic
def settle_by_hand(
    edition: Edition, keys: Iterable[int], outcome: str, *, by, at: datetime, reason: str
) -> list[tuple[Application, Decision]]:
    """Settle the matches of these applications of the edition as above, in bulk. Returns those
    that are refused and why; of them nothing is written."""
    if outcome not in MATCH_BY_HAND:
        raise DomainError("not_by_hand", _("This is not something people settle."))
    turn = take_turn(edition.pk)
    edition = Edition.objects.select_related("program").get(pk=edition.pk)
    can_settle_in(edition, by, at).require()
    keys = list(keys)
    rows = _rows().filter(edition=edition, pk__in=keys).order_by("pk")
    settled, refusals = [], []
    for application in rows.select_for_update(of=("self",)):
        application.edition = edition
        if application.alumni_match == outcome:
            continue
        if answer := is_in_selection(application):
            settled.append(application)
        else:
            refusals.append((application, answer))
    if settled:
        require_reason(reason)
        changes = [(one, one.alumni_match, outcome) for one in settled]
        for one in settled:
            one.alumni_match = outcome
        Application.objects.filter(pk__in=[one.pk for one in settled]).update(alumni_match=outcome)
        journal.record_many(changes, "enrollment.settle_match", by=by, at=at, reason=reason)
        _assess_around(edition, settled, turn, at)
    mark_seen(set(keys) - {one.pk for one, _answer in refusals}, edition, at)
    return refusals


@transaction.atomic
def override_eligibility(
    application: Application, eligibility: str, *, by, at: datetime, reason: str
) -> Application:
    """Set the eligibility by hand, with a reason; empty gives it back to the rules."""
    turn = take_turn(application.edition_id)
    application = _locked(application)
    can_settle(application, by, at).require()
    is_by_hand = bool(eligibility)
    if is_by_hand == application.eligibility_by_hand and (
        not is_by_hand or eligibility == application.eligibility
    ):
        return application
    require_reason(reason)
    before = application.eligibility
    application.eligibility_by_hand = is_by_hand
    if is_by_hand:
        application.eligibility = Eligibility(eligibility)
        application.eligibility_reason = "by_hand"
    application.save(update_fields=["eligibility", "eligibility_by_hand", "eligibility_reason"])
    journal.record(
        application,
        "enrollment.override_eligibility",
        by=by,
        at=at,
        reason=reason,
        before=before,
        after=eligibility or BY_THE_RULES,
    )
    mark_seen([application.pk], application.edition, at)
    assess(application, at=at, turn=turn)
    return application


def _rows() -> QuerySet[Application]:
    return Application.objects.select_related("edition__program", "person", "role")


def _locked(application: Application) -> Application:
    return _rows().select_for_update(of=("self",)).get(pk=application.pk)


# -- computing -------------------------------------------------------------------------


def _assess(
    edition: Edition, applications: list[Application], alumni: AlumniList, at: datetime
) -> int:
    """Compute a set that is whole: nobody outside it shares an address or a likeness with it."""
    program = edition.program
    before = {one.pk: _facets(one) for one in applications}
    region = {country.code for country in program.eligible_countries}
    found, completed = _alumni(alumni, applications)
    for one in applications:
        one.likeness = _likeness(one)
        one.search_text = _search_text(one)
        if one.pk in found and one.alumni_match not in MATCH_BY_HAND:
            match = found[one.pk]
            one.alumni_match = AlumniMatch(match.verdict)
            one.alumnus_id = match.record.id if match.record else None
        _judge(one, program, region, completed.get(one.alumnus_id))
    twins = find_duplicates(
        Like(one.pk, one.likeness, (one.submitted_at, one.pk)) for one in applications
    )
    for one in applications:
        if one.duplicate_of_id != twins[one.pk]:
            one.duplicate_of_id, one.duplicate_settled_at = twins[one.pk], None
    return _write([one for one in applications if _facets(one) != before[one.pk]], before, at)


def _facets(application: Application) -> tuple:
    return tuple(getattr(application, name) for name in FACETS)


def _likeness(application: Application) -> str:
    return likeness(
        application.given_names,
        application.family_names,
        application.country.code or "",
        application.answers.get("basic_module_edition", ""),
    )


def _search_text(application: Application) -> str:
    """What people are searched by, without its accents."""
    return normal_text(f"{application.full_name} {application.institution}")


def points_of(application: Application) -> Points:
    """What the application's score is made of, by what is known of it now."""
    return points(
        relevance=application.role.relevance if application.role else 0,
        outside_capital=application.workplace in (Workplace.OTHER_CITY, Workplace.RURAL),
        is_alumnus=application.alumni_match in MATCH_SETTLED_YES,
        reading=application.reading,
    )


def _judge(application: Application, program: Program, region: set[str], completed) -> None:
    application.score = points_of(application).total
    if application.eligibility_by_hand:
        return
    application.eligibility, application.eligibility_reason = judge(
        in_region=not region or application.country.code in region,
        role_eligible=bool(application.role and application.role.eligible),
        needs_alumni=program.needs_alumni,
        match=application.alumni_match,
        completed=completed,
    )


def _write(changed: list[Application], before: dict, at: datetime) -> int:
    if len(changed) == 1:
        changed[0].save(update_fields=STORED)
    elif changed:
        Application.objects.bulk_update(changed, STORED, batch_size=CHUNK)
    said = [(one, _said(before[one.pk]), _said(_facets(one))) for one in changed]
    said = [(one, earlier, now) for one, earlier, now in said if earlier != now]
    if said:
        journal.record_many(said, "enrollment.assess_application", by=None, at=at)
    return len(changed)


def _said(facets: tuple) -> str:
    eligibility, reason, match, *_rest = facets
    return " · ".join(part for part in (eligibility, reason, match) if part)


# -- looking people up -----------------------------------------------------------------


def _alumni(
    alumni: AlumniList, applications: list[Application]
) -> tuple[dict[int, Found], dict[int, bool]]:
    """What the list says of each application; and of each row that is surely meant, by what the
    list says or by the word of a person, whether it is completed."""
    if not alumni.program.needs_alumni:
        return {one.pk: Found("none") for one in applications}, {}
    applicants = [applicant_of(one) for one in applications]
    found = find_alumni(applicants, alumni.book_for(applicants))
    sure = [one.record for one in found.values() if one.record and one.is_exact]
    completed = {record.id: record.completed for record in sure}
    chosen = {one.alumnus_id for one in applications if one.alumni_match == AlumniMatch.CONFIRMED}
    if missing := chosen - completed.keys() - {None}:
        statuses = Alumnus.objects.filter(pk__in=missing).values_list("pk", "status")
        completed |= {pk: status == Alumnus.Status.COMPLETED for pk, status in statuses}
    return found, completed


def applicant_of(application: Application) -> Applicant:
    """What is looked for on the list. Of one that was rejected by hand nothing is."""
    if application.alumni_match == AlumniMatch.REJECTED:
        return Applicant(application.pk)
    person, answers = application.person, application.answers
    verified = {person.email, person.backup_email if person.backup_verified_at else ""}
    claimed = {answers.get("basic_module_email", "")}
    return Applicant(
        application.pk,
        verified=_normal(verified),
        claimed=_normal(claimed) - _normal(verified),
        declared=bool(answers.get("basic_module_edition")),
        name=name_of(application.given_names, application.family_names),
        country=application.country.code or "",
    )


def _normal(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(normal_email, addresses)))


def _circle_of(
    edition: Edition, applications: list[Application], alumni: AlumniList
) -> list[Application]:
    """The applications, and as stored all that share a row of the list or a likeness with one of
    them, directly or through others."""
    rows = Application.objects.filter(edition=edition).select_related("person", "role")
    circle = {one.pk: one for one in applications}
    fresh = applications
    while fresh:
        near = rows.filter(_near(alumni, fresh), status__in=IN_SELECTION).exclude(pk__in=circle)
        keys = list(near.order_by().values_list("pk", flat=True))
        fresh = list(rows.filter(pk__in=keys)) if keys else []
        circle |= {one.pk: one for one in fresh}
    return [one for one in circle.values() if one.is_in_selection]


def _near(alumni: AlumniList, applications: list[Application]) -> Q:
    keys = {_likeness(one) for one in applications} | {one.likeness for one in applications}
    near = Q(likeness__in=keys - {""}) | Q(duplicate_of__in=[one.pk for one in applications])
    if alumni.program.needs_alumni:
        applicants = [applicant_of(one) for one in applications]
        of_list = disputed(applicants, alumni.book_for(applicants))
        of_list |= {one.alumnus_id for one in applications if one.alumnus_id}
        near |= Q(alumnus__in=of_list)
    return near
