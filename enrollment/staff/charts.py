"""What the desk draws of an edition: plots, each with its table, whose every figure leads to
exactly the rows that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, IntegerField, Max, Min, Q, QuerySet, Value
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from enrollment import plots
from enrollment.balance.problem import CEILING, FLOOR, Limit, limits_of
from enrollment.models import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    Decision,
    Edition,
    EditionStatus,
    Eligibility,
    Gender,
    OfferStatus,
    Outcome,
    ReadingPlan,
    RegistrationWindow,
    WindowKind,
    Workplace,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.queries import readings_counted
from enrollment.rules.balance import rules_of
from enrollment.staff.applications import READINGS, begins_at
from enrollment.staff.balance_words import Words
from enrollment.staff.figures import MAY_BE_CHOSEN, Figures, listing, of_selection
from enrollment.staff.filters import NOT_SAID
from lms.mail.models import MessageStatus, OutgoingMessage

DRAWN = 12  # bars of one plot; the table has all
DAYS_DRAWN = 180
BARS, DAYS = "bars", "days"
COLUMNS = ("country", "role", "gender", "workplace", "language")
WITH_DATES = (EditionStatus.PUBLISHED, EditionStatus.CLOSED, EditionStatus.ARCHIVED)


@dataclass(frozen=True)
class Cell:
    text: object
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A plot (`kind` names its template), what it shows in a sentence, and its table. `notes` are
    what has to be said in words, with where each leads."""

    key: str
    title: str
    said: str
    heads: list[str]
    rows: list[list[Cell]]
    plot: plots.Bars | plots.Days | None = None
    kind: str = BARS
    notes: list[Cell] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = False


def charts_of(edition: Edition, found: Figures, at: datetime) -> list[Chart]:
    """Every plot of the edition that has something to show. As many queries for many people as for
    a few."""
    plan = ReadingPlan.objects.filter(edition=edition).first()
    read = readings_counted(plan, at) if plan else None
    drawn = [
        funnel(edition, found, read),
        by_day(edition, at),
        *by_factor(edition, found),
        reading(edition, read) if read else None,
        matches(edition) if edition.program.needs_alumni else None,
        letters(edition),
    ]
    return [chart for chart in drawn if chart]


def _bars(key: str, title: str, said: str, head: str, found: Sequence[tuple], **more) -> Chart:
    """A chart of plain counts: `found` are (name, count, address)."""
    return Chart(
        key,
        title,
        said,
        heads=[head, _("Number")],
        rows=[[Cell(name), Cell(count, url)] for name, count, url in found],
        plot=plots.bars([plots.Bar(str(name), count) for name, count, _url in found]),
        **more,
    )


# -- from those who began to those who take part -------------------------------------------


def funnel(edition: Edition, found: Figures, read: dict[str, int] | None) -> Chart:
    """Only the steps that there are yet."""
    chosen = of_selection(edition)
    draft, eligible = ApplicationStatus.DRAFT, Eligibility.ELIGIBLE
    steps = [
        (_("Drafts"), found.statuses[draft], listing(edition, status=draft)),
        (_("Applications submitted"), found.in_selection, listing(edition, **chosen)),
        (
            _("Eligible"),
            found.eligibility[eligible],
            listing(edition, eligibility=eligible, **chosen),
        ),
    ]
    if read:
        steps.append((_("Read"), read["read"], listing(edition, reading="read")))
    if found.outcomes and edition.is_selective:
        selected = Outcome.SELECTED
        url = listing(edition, outcome=selected, **chosen)
        steps.append((_("Selected"), found.outcomes[selected], url))
    if found.offers:
        accepted = OfferStatus.ACCEPTED
        query = {"edition": edition.pk, "status": accepted}
        url = reverse("enrollment_staff:offers", query=query)
        steps.append((_("Offers accepted"), found.offers[accepted], url))
    if found.seats_held:
        query = {"edition": edition.pk, "status": list(SEAT_HOLDING)}
        steps.append(
            (_("Enrolled"), found.seats_held, reverse("enrollment_staff:places", query=query))
        )
    said = _("How many have come how far, from the drafts on.")
    return _bars("funnel", _("The way of the applications"), said, _("Step"), steps, is_open=True)


# -- day by day ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Received:
    """Applications of an edition by how many days before the close (0: its day) they came."""

    edition: Edition
    close: date
    counts: dict[int, int]

    def day(self, before: int) -> date:
        return self.close - timedelta(days=before)

    def cell(self, before: int) -> Cell:
        if before not in self.counts:
            return Cell("–")
        day = self.day(before).isoformat()
        count = self.counts[before]
        if not count:
            return Cell(0)
        return Cell(count, listing(self.edition, submitted_from=day, submitted_to=day))


def received(edition: Edition, at: datetime) -> Received | None:
    """By the days of the zone in which the edition's deadlines end; days of the window on which
    nothing came count nothing, those that are still to come are not there. Three queries."""
    span = RegistrationWindow.objects.filter(edition=edition, kind=WindowKind.APPLICATION)
    first, last = span.aggregate(first=Min("opens_at"), last=Max("closes_at")).values()
    if first is None or first > at:
        return None
    zone = ZoneInfo(edition.deadline_zone)
    close = (last - timedelta(microseconds=1)).astimezone(zone).date()
    rows = Application.objects.filter(edition=edition, submitted_at__isnull=False).order_by()
    came = rows.aggregate(first=Min("submitted_at"), last=Max("submitted_at"))
    instants = [first, *(one for one in came.values() if one)]
    begins = max((close - one.astimezone(zone).date()).days for one in instants)
    until = max((close - at.astimezone(zone).date()).days, 0)
    ends = min(until, *((close - one.astimezone(zone).date()).days for one in instants))
    days = [close - timedelta(days=before) for before in range(begins, ends - 1, -1)][-DAYS_DRAWN:]
    found = _counts_of(rows, days, zone)
    return Received(edition, close, {(close - day).days: found.get(day, 0) for day in days})


def _counts_of(rows: QuerySet[Application], days: list[date], zone: ZoneInfo) -> dict[date, int]:
    """How many were submitted on each day: one query of as many ranges of an index, as a database
    that asks the zone's clock for every row takes far longer."""
    of_days = [
        rows.filter(
            submitted_at__gte=begins_at(day, zone),
            submitted_at__lt=begins_at(day + timedelta(days=1), zone),
        )
        .values(day=Value(day.toordinal(), output_field=IntegerField()))
        .annotate(count=Count("pk"))
        .values_list("day", "count")
        for day in days
    ]
    if not of_days:
        return {}
    counts = of_days[0].union(*of_days[1:], all=True)
    return {date.fromordinal(day): count for day, count in counts}


def last_edition(edition: Edition) -> Edition | None:
    """The edition of the same program whose window closed last before this one's did."""
    closing = Max("windows__closes_at", filter=Q(windows__kind=WindowKind.APPLICATION))
    rows = Edition.objects.filter(program=edition.program_id, status__in=WITH_DATES)
    own = RegistrationWindow.objects.filter(edition=edition, kind=WindowKind.APPLICATION)
    limit = own.aggregate(limit=Max("closes_at"))["limit"]
    if limit is None:
        return None
    rows = rows.exclude(pk=edition.pk).annotate(closing=closing).filter(closing__lt=limit)
    return rows.order_by("-closing", "-pk").first()


def by_day(edition: Edition, at: datetime) -> Chart | None:
    now = received(edition, at)
    if now is None:
        return None
    earlier = last_edition(edition)
    before = received(earlier, at) if earlier else None
    heads = [_("Days before the close"), _("Day"), str(edition.title)]
    legend = [("now", str(edition.title))]
    if before:
        heads.append(str(before.edition.title))
        legend.append(("before", str(before.edition.title)))
    every = sorted({*now.counts, *(before.counts if before else ())}, reverse=True)
    rows = [
        [
            Cell(day),
            Cell(date_format(now.day(day), "SHORT_DATE_FORMAT")),
            now.cell(day),
            *([before.cell(day)] if before else []),
        ]
        for day in every
    ]
    notes = [Cell(sentence) for sentence in _compared(now, before)]
    return Chart(
        "days",
        _("Applications per day"),
        _("How many came on each day before the close of the window."),
        heads,
        rows,
        plots.days([now.counts, *([before.counts] if before else [])]),
        DAYS,
        notes,
        legend,
    )


def _compared(now: Received, before: Received | None) -> Iterable[str]:
    total = sum(now.counts.values())
    if before is None:
        yield _("%(count)s until now.") % {"count": total}
        return
    reached = min(now.counts, default=0)
    then = sum(count for day, count in before.counts.items() if day >= reached)
    words = {"count": total, "then": then, "edition": before.edition.title}
    yield _("%(count)s until now; %(then)s at this point of “%(edition)s”.") % words


# -- by what people are, against the rules -------------------------------------------------


def counted(rows: QuerySet[Application], roles: dict[int, str]) -> dict[str, Counter]:
    """How many gave each answer, by factor; `roles` are the keys of the roles. Whoever left a
    question open is under the empty answer. One query, which the database sums up."""
    found: dict[str, Counter] = {name: Counter() for name in COLUMNS}
    for *answers, count in rows.order_by().values_list(*COLUMNS).annotate(count=Count("pk")):
        for name, answer in zip(COLUMNS, answers, strict=True):
            found[name][roles.get(answer, "") if name == "role" else answer] += count
    return found


class Factors:
    """The factors of an edition with the limits that its rules set, and their words."""

    def __init__(self, edition: Edition, found: Figures):
        self.edition = edition
        self.words = Words(edition)
        self.roles = {one.key: one for one in edition.program.applicant_roles.all()}
        self.is_decided = edition.is_selective and found.outcomes[Outcome.SELECTED] > 0
        keys = {one.pk: one.key for one in self.roles.values()}
        self.could = counted(self._able(), keys)
        self.selected = counted(self._selected(), keys) if self.is_decided else {}
        self.rules = rules_of(edition) if edition.is_selective else []
        values = {
            name: [answer for answer in counts if answer] for name, counts in self.could.items()
        }
        self.limits = [
            one for one in limits_of(self.rules, edition.capacity, values) if one.factor in COLUMNS
        ]

    def _able(self) -> QuerySet[Application]:
        rows = Application.objects.filter(edition=self.edition, status__in=IN_SELECTION)
        return rows.filter(eligibility__in=MAY_BE_CHOSEN) if self.edition.is_selective else rows

    def _selected(self) -> QuerySet[Application]:
        selected = Decision.objects.filter(
            edition=self.edition, is_current=True, outcome=Outcome.SELECTED
        )
        return self._able().filter(pk__in=selected.values("application"))

    def name(self, factor: str, answer: str) -> str:
        if not answer:
            return _("not said")
        if factor == "role":
            return str(self.roles[answer])
        labels = {
            "country": countries.name,
            "gender": dict(Gender.choices).get,
            "workplace": dict(Workplace.choices).get,
            "language": dict(settings.LANGUAGES).get,
        }
        return str(capfirst(labels[factor](answer) or answer))

    def url(self, factor: str, answer: str, *, selected: bool = False) -> str:
        value: object = answer or NOT_SAID
        if factor == "role" and answer:
            value = self.roles[answer].pk
        query = {factor: value, **of_selection(self.edition)}
        if self.edition.is_selective:
            query["eligibility"] = list(MAY_BE_CHOSEN)
        if selected:
            query["outcome"] = Outcome.SELECTED
        return listing(self.edition, **query)

    def limit(self, factor: str, answer: str, kind: str) -> Limit | None:
        every = (one for one in self.limits if one.target == (factor, answer) and one.kind == kind)
        return next(every, None)

    def not_kept(self, factor: str) -> Iterable[Cell]:
        """In words: floors that too few reach, and, once people are selected, ceilings that too
        many pass."""
        reached = (self.selected if self.is_decided else self.could)[factor]
        for one in self.limits:
            if one.factor != factor:
                continue
            count = reached[one.value]
            words = {"whom": self.name(factor, one.value), "count": count, "seats": one.seats}
            url = self.url(factor, one.value, selected=self.is_decided)
            if one.kind == FLOOR and count < one.seats:
                yield Cell(self._too_few() % words, url)
            elif one.kind == CEILING and self.is_decided and count > one.seats:
                yield Cell(
                    _("%(whom)s: %(count)s are selected, at most %(seats)s may be.") % words, url
                )

    def _too_few(self) -> str:
        if self.is_decided:
            return _("%(whom)s: %(count)s are selected, at least %(seats)s should be.")
        return _("%(whom)s: only %(count)s could be selected, at least %(seats)s should be.")

    def chart(self, factor: str) -> Chart | None:
        counts = self.could[factor]
        asked = {one.value for one in self.limits if one.factor == factor}
        answers = sorted({*counts, *asked}, key=lambda one: (-counts[one], one))
        if not any(answers):
            return None
        notes = list(self.not_kept(factor))
        return Chart(
            factor,
            self.words.factor(factor),
            self._said(),
            self._heads(factor, asked),
            [self._row(factor, answer, asked) for answer in answers],
            plots.bars([self._bar(factor, answer) for answer in answers[:DRAWN]]),
            notes=notes,
            legend=self._legend(factor),
        )

    def _said(self) -> str:
        if not self.edition.is_selective:
            return _("Who applied, by answer.")
        if self.is_decided:
            return _("Who could be selected and, within, who is; marks show floors and ceilings.")
        return _("Who could be selected; marks show floors and ceilings in seats.")

    def _heads(self, factor: str, asked: set[str]) -> list[str]:
        heads = [self.words.factor(factor)]
        heads.append(_("Could be selected") if self.edition.is_selective else _("Applied"))
        if self.is_decided:
            heads.append(_("Selected"))
        return [*heads, _("At least"), _("At most")] if asked else heads

    def _row(self, factor: str, answer: str, asked: set[str]) -> list[Cell]:
        could = self.could[factor][answer]
        row = [Cell(self.name(factor, answer)), Cell(could, self.url(factor, answer))]
        if self.is_decided:
            selected = self.selected[factor][answer]
            row.append(Cell(selected, self.url(factor, answer, selected=True)))
        if asked:
            limits = (self.limit(factor, answer, kind) for kind in (FLOOR, CEILING))
            row += [Cell(one.seats if one else "–") for one in limits]
        return row

    def _bar(self, factor: str, answer: str) -> plots.Bar:
        floor, ceiling = (self.limit(factor, answer, kind) for kind in (FLOOR, CEILING))
        return plots.Bar(
            self.name(factor, answer),
            self.could[factor][answer],
            self.selected[factor][answer] if self.is_decided else None,
            floor.seats if floor else None,
            ceiling.seats if ceiling else None,
        )

    def _legend(self, factor: str) -> list[tuple[str, str]]:
        kinds = {one.kind for one in self.limits if one.factor == factor}
        legend = [("whole", _("Could be selected"))] if self.edition.is_selective else []
        if self.is_decided:
            legend.append(("part", _("Selected")))
        if FLOOR in kinds:
            legend.append(("floor", _("At least")))
        if CEILING in kinds:
            legend.append(("ceiling", _("At most")))
        return legend if len(legend) > 1 else []

    def elsewhere(self) -> list[Cell]:
        """The rules about other questions, which the page of the balance counts."""
        url = reverse("enrollment_staff:balance", args=[self.edition.pk])
        others = [one for one in self.rules if one.factor not in COLUMNS]
        return [Cell(self.words.rule(one), url) for one in others]


def by_factor(edition: Edition, found: Figures) -> list[Chart]:
    """Four queries: the counts, the roles, the rules; and the form, where a rule asks for it."""
    factors = Factors(edition, found)
    drawn = [chart for name in COLUMNS if (chart := factors.chart(name))]
    if drawn:
        drawn[-1].notes.extend(factors.elsewhere())
    return drawn


# -- what is being done --------------------------------------------------------------------


def reading(edition: Edition, read: dict[str, int]) -> Chart:
    found = [
        (capfirst(label), read[name], listing(edition, reading=name)) for name, label in READINGS
    ]
    words = {"count": read["read"], "all": read["all"]}
    url = reverse("enrollment_staff:edition_reading", args=[edition.pk])
    notes = [Cell(_("%(count)s of %(all)s are read by as many as are needed.") % words, url)]
    said = _("How far the reading of the applications is.")
    return _bars("reading", _("Reading"), said, _("State"), found, notes=notes)


def matches(edition: Edition) -> Chart | None:
    """Matches with the list of alumni. One query."""
    rows = Application.objects.filter(edition=edition, status__in=IN_SELECTION).order_by()
    counts = dict(rows.values_list("alumni_match").annotate(count=Count("pk")))
    if not counts:
        return None
    chosen = of_selection(edition)
    found = [
        (capfirst(label), counts[state], listing(edition, alumni_match=state, **chosen))
        for state, label in AlumniMatch.choices
        if counts.get(state)
    ]
    notes = []
    if waiting := counts.get(AlumniMatch.REVIEW):
        url = reverse("enrollment_staff:matches", args=[edition.pk])
        what = ngettext(
            "application to compare with the list of alumni",
            "applications to compare with the list of alumni",
            waiting,
        )
        notes.append(Cell(f"{waiting} {what}", url))
    said = _("Who was found on the list of alumni, and how it was settled.")
    return _bars("matches", _("Alumni match"), said, _("State"), found, notes=notes)


def letters(edition: Edition) -> Chart | None:
    """Messages of the edition's program. One query."""
    rows = OutgoingMessage.objects.letters().filter(scope=edition.program.slug).order_by()
    counts = dict(rows.values_list("status").annotate(count=Count("pk")))
    if not counts:
        return None

    def url(state: str) -> str:
        query = {"program": edition.program_id, "status": state}
        return reverse("enrollment_staff:messages", query=query)

    found = [
        (capfirst(label), counts[state], url(state))
        for state, label in MessageStatus.choices
        if counts.get(state)
    ]
    said = _("What became of the messages of the program, letters of all its editions.")
    return _bars("messages", _("Messages of the program"), said, _("State"), found)
