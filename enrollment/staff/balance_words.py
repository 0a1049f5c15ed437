"""Rules of a balance in words: what was asked, the answers there are, and what was ruled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.conf import settings
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from enrollment.balance.problem import CEILING, EACH, FLOOR, Rule
from enrollment.forms.applications import SOURCES
from enrollment.forms.definitions import into
from enrollment.models import Application, Edition, Gender, Outcome, Workplace
from enrollment.models.applications import IN_SELECTION
from enrollment.services.balancing import COLUMNS, SIGNS, asked_in

LOGGED = re.compile(
    r"(?P<factor>[^=]+?)(=(?P<value>.+))? (?P<sign>[≥≤]) (?P<amount>\d+)(?P<percent> %)?"
)
NAMES = {
    "country": _("Country"),
    "role": _("Role"),
    "gender": _("Gender"),
    "workplace": _("Place of work"),
    "language": _("Language"),
}


class Words:
    """Of one edition, in the reader's language."""

    def __init__(self, edition: Edition):
        self.edition = edition

    @cached_property
    def asked(self) -> dict[str, dict]:
        return asked_in(self.edition)

    @cached_property
    def answers(self) -> dict[str, dict[str, str]]:
        """The answers to choose from, with their labels, by factor."""
        roles = self.edition.program.applicant_roles.all()
        found = {
            "country": {code: self._country(code) for code in self._countries()},
            "role": {role.key: str(role.label) for role in roles},
            "gender": self._labels(Gender.choices),
            "workplace": self._labels(Workplace.choices),
            "language": self._labels(settings.LANGUAGES),
        }
        return found | {name: self._choices(field) for name, field in self.asked.items()}

    def _countries(self) -> list[str]:
        """Those of the program, and those from which people have applied."""
        applied = self.edition.applications.filter(status__in=IN_SELECTION).exclude(country="")
        codes = set(applied.values_list("country", flat=True).distinct())
        codes |= {one.code for one in self.edition.program.eligible_countries}
        return sorted(codes, key=self._country)

    @staticmethod
    def _country(code: str) -> str:
        return str(countries.name(code) or code)

    @staticmethod
    def _labels(choices: Iterable[tuple]) -> dict[str, str]:
        return {value: str(capfirst(label)) for value, label in choices}

    def _choices(self, field: dict) -> dict[str, str]:
        if "source" in field:
            return self._labels(SOURCES[field["source"]].choices)
        language = get_language()
        return {one["value"]: into(one["label"], language) for one in field.get("choices", ())}

    def factor(self, name: str) -> str:
        if name in NAMES:
            return str(NAMES[name])
        field = self.asked.get(name)
        return into(field["label"], get_language()) if field else name

    def answer(self, factor: str, value: str) -> str:
        if value == EACH:
            return gettext("each answer")
        known = self.answers.get(factor, {})
        return known.get(value) or (self._country(value) if factor == "country" else value)

    def whom(self, factor: str, value: str) -> str:
        """`Gender: woman`."""
        return f"{self.factor(factor)}: {self.answer(factor, value)}"

    def amount(self, rule: Rule) -> str:
        """`at least 40 % of the seats`."""
        if rule.number is None:
            text = (
                gettext("at least %(percent)s %% of the seats")
                if rule.kind == FLOOR
                else gettext("at most %(percent)s %% of the seats")
            )
            return text % {"percent": rule.percent}
        text = (
            ngettext("at least %(count)s seat", "at least %(count)s seats", rule.number)
            if rule.kind == FLOOR
            else ngettext("at most %(count)s seat", "at most %(count)s seats", rule.number)
        )
        return text % {"count": localize(rule.number)}

    def rule(self, rule: Rule) -> str:
        """`Gender: woman, at least 40 % of the seats (gives way: 2)`."""
        text = f"{self.whom(rule.factor, rule.value)}, {self.amount(rule)}"
        if rule.kind != FLOOR:
            return text
        order = gettext("gives way: %(order)s") % {"order": rule.order}
        return f"{text} ({order})"

    def logged(self, text: str) -> str:
        """Rules as the log keeps them (`balancing.said`), in words; what does not read as one, as
        it stands."""
        return "; ".join(map(self._logged, text.split("; ")))

    def _logged(self, text: str) -> str:
        if not (found := LOGGED.fullmatch(text)):
            return text
        amount = int(found["amount"])
        rule = Rule(
            found["factor"],
            found["value"] or EACH,
            FLOOR if found["sign"] == SIGNS[FLOOR] else CEILING,
            None if found["percent"] else amount,
            amount if found["percent"] else None,
        )
        return f"{self.whom(rule.factor, rule.value)}, {self.amount(rule)}"

    def groups(self, in_use: Sequence[Rule] = ()) -> list[tuple[str, list[tuple[str, str]]]]:
        """To choose whom a rule is about: `(factor, [("gender=woman", "Gender: woman")])`."""
        used: dict[str, set[str]] = {}
        for rule in in_use:
            used.setdefault(rule.factor, set()).add(rule.value)
        groups = []
        for factor in [*COLUMNS, *self.asked, *(name for name in used if self._is_gone(name))]:
            answers = self.answers.get(factor, {})
            values = [EACH, *answers, *sorted(used.get(factor, set()) - {EACH, *answers})]
            options = [(f"{factor}={value}", self.whom(factor, value)) for value in values]
            groups.append((self.factor(factor), options))
        return groups

    def _is_gone(self, name: str) -> bool:
        return name not in COLUMNS and name not in self.asked


def points(hundredths: int | None) -> str:
    """A score as people read it."""
    return "–" if hundredths is None else localize(Decimal(hundredths) / 100)


def in_and_out(by_hand: Mapping[str, int]) -> tuple[int, int]:
    """Of those on whom people decided, how many have a seat and how many have none."""
    inside = by_hand.get(Outcome.SELECTED, 0)
    return inside, sum(by_hand.values()) - inside


def people_of(edition: Edition, codes: Iterable[str]) -> dict[str, Application]:
    """The applications of these codes."""
    rows = Application.objects.filter(edition=edition, code__in=set(codes))
    return {one.code: one for one in rows.only("code", "given_names", "family_names")}
