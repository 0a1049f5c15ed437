"""What people are, against the floors and ceilings of the edition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_countries import countries

from enrollment import plots
from enrollment.balance.problem import CEILING, FLOOR, Limit, limits_of
from enrollment.models import (
    Application,
    Decision,
    Edition,
    Gender,
    Outcome,
    Workplace,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.balance import rules_of
from enrollment.staff.balance_words import Words
from enrollment.staff.chart import DRAWN, Cell, Chart
from enrollment.staff.figures import MAY_BE_CHOSEN, Figures, listing, of_selection
from enrollment.staff.filters import NOT_SAID

COLUMNS = ("country", "role", "gender", "workplace", "language")


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
            return _(
                "Who is eligible or has to prove it and, within, who is selected; marks show floors"
                " and ceilings."
            )
        return _("Who is eligible or has to prove it; marks show floors and ceilings in seats.")

    def _heads(self, factor: str, asked: set[str]) -> list[str]:
        heads = [self.words.factor(factor)]
        heads.append(_("Eligible or to be proved") if self.edition.is_selective else _("Applied"))
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
        legend = [("whole", _("Eligible or to be proved"))] if self.edition.is_selective else []
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
