"""The balance of a selection: its rules, what would be drawn by them, and writing the draw."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.balance.answer import Count, Difference, counts, cut, empty_seats, what_if
from enrollment.balance.draw import by_hand, open_cases
from enrollment.balance.problem import EACH, Contradictory, Rule
from enrollment.models import Application, Edition, Outcome
from enrollment.rules import balance as rules
from enrollment.rules.balance import can_change_balance, needs_reason, rules_of
from enrollment.rules.decisions import can_decide
from enrollment.services import balancing
from enrollment.services.balancing import Trial, save_rules
from enrollment.services.decisions import Proposal, proposal_for, propose_decisions
from enrollment.staff.access import COORDINATORS, OfStaff
from enrollment.staff.balance_forms import ChangeForm, RulesForm, WhatIfForm, initial_of
from enrollment.staff.balance_words import Words, in_and_out, people_of, points
from enrollment.staff.left_open import kept_out, not_read
from lms.decisions import DomainError

NAMED = 60  # people named under one rule; the rest is a number


class OfSelection(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """A page beneath that of the selection of the edition in the address."""

    header_icon = "tasks"

    @cached_property
    def edition(self) -> Edition:
        rows = Edition.objects.visible_to(self.request.user, *self.roles)
        return get_object_or_404(rows.select_related("program"), pk=self.kwargs["pk"])

    @cached_property
    def words(self) -> Words:
        return Words(self.edition)

    def get_page_subtitle(self):
        return str(self.edition.title)

    def way(self) -> list[tuple[object, str]]:
        return [
            (_("Selection"), reverse("enrollment_staff:selections")),
            (
                str(self.edition.title),
                reverse("enrollment_staff:selection", args=[self.edition.pk]),
            ),
        ]

    def get_breadcrumbs_items(self):
        links = [{"url": url, "label": label} for label, url in self.way()]
        return [*self.breadcrumbs_items, *links, {"url": "", "label": self.get_page_title()}]


@dataclass(frozen=True)
class People:
    """Some of those who are concerned, and how many more."""

    named: list[Application]
    more: int
    count: int


@dataclass(frozen=True)
class Because:
    """What one rule changes, in words."""

    rule: str
    inside: People
    outside: People
    cost: str

    @property
    def changes(self) -> bool:
        return bool(self.inside.count or self.outside.count)


class BalancePage(OfSelection):
    """What would be decided by the rules, before anything is stored. A POST writes the draw that
    was shown."""

    page_title = gettext_lazy("Balance")
    template_name = "enrollment/staff/balance.html"

    def post(self, request, *args, **kwargs):
        if not self.is_coordinator_of(self.edition.program_id):
            raise Http404
        digest = request.POST.get("digest", "")
        try:
            propose_decisions(self.edition, by=request.user, at=request.at, digest=digest)
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
            return redirect("enrollment_staff:balance", pk=self.edition.pk)
        messages.success(request, _("The draw is written."))
        if last := self.edition.draws.first():
            return redirect("enrollment_staff:draw", pk=last.pk)
        return redirect("enrollment_staff:balance", pk=self.edition.pk)

    def get_context_data(self, **kwargs):
        edition, at = self.edition, self.request.at
        stated = rules_of(edition)
        return super().get_context_data(
            edition=edition,
            stated=[self.words.rule(one) for one in stated],
            may_decide=can_decide(edition, at),
            may_change=can_change_balance(edition),
            is_coordinator=self.is_coordinator_of(edition.program_id),
            draws=edition.draws.select_related("by").defer("document"),
            **self.would_be(stated),
            **kwargs,
        )

    def would_be(self, stated: list[Rule]) -> dict:
        """What would be drawn now; nothing where there are no rules or all is locked."""
        if not stated or self.edition.is_locked:
            return {}
        try:
            proposal = proposal_for(self.edition)
        except DomainError as refusal:
            return {"contradictory": refusal.reason}
        if proposal.trial is None:
            return {}
        return {
            "proposal": proposal,
            "outcomes": self.outcomes(proposal),
            "changed": len(proposal.changed) + len(proposal.gone),
            "is_kept": balancing.is_kept(self.edition, proposal.trial),
            **self.drawn(proposal.trial),
            **self.reasons(proposal.trial, stated),
            **self.what_if(proposal.trial, stated),
        }

    def outcomes(self, proposal: Proposal) -> list[tuple[str, int]]:
        found = proposal.counts()
        return [(Outcome(name).label, found[name]) for name in Outcome.values]

    def drawn(self, trial: Trial) -> dict:
        drawn = trial.drawn
        edge = cut(drawn.problem, drawn.solution)
        return {
            "total": points(drawn.solution.total),
            "lowest_in": points(edge.lowest_in),
            "highest_out": points(edge.highest_out),
            "solution": drawn.solution,
            "gap": points(drawn.solution.gap),
            "empty": empty_seats(drawn.problem, drawn.solution),
            "kept_out": kept_out(self.edition) if open_cases(trial.given) else [],
            "not_read": not_read(self.edition, self.request.at),
            "by_hand": in_and_out(by_hand(trial.given)),
            "limits": self.limits(counts(drawn.problem, drawn.solution), drawn.problem.rules),
        }

    def limits(self, found: list[Count], stated: list[Rule]) -> dict[str, list[tuple[str, Count]]]:
        """Each limit in words; apart those of a rule for each answer that bind nobody."""
        rows: dict[str, list] = {"rows": [], "others": []}
        for one in found:
            binds = one.is_reached or one.lacking or one.above
            is_own = stated[one.limit.rule].value != EACH
            whom = self.words.whom(one.limit.factor, one.limit.value)
            rows["rows" if binds or is_own else "others"].append((whom, one))
        return rows

    def reasons(self, trial: Trial, stated: list[Rule]) -> dict:
        found = trial.differences()
        return {
            "because": [
                self.in_words(rule, difference)
                for rule, difference in zip(stated, found, strict=True)
            ]
        }

    def in_words(self, rule: Rule, difference: Difference) -> Because:
        return Because(
            self.words.rule(rule),
            self.people(difference.inside),
            self.people(difference.outside),
            points(difference.cost),
        )

    def people(self, codes: tuple[str, ...]) -> People:
        shown = codes[:NAMED]
        found = people_of(self.edition, shown) if shown else {}
        named = [found[code] for code in shown if code in found]
        return People(named, len(codes) - len(shown), len(codes))

    def what_if(self, trial: Trial, stated: list[Rule]) -> dict:
        asked = self.request.GET if "rule" in self.request.GET else None
        choices = [(place, self.words.rule(one)) for place, one in enumerate(stated)]
        form = WhatIfForm(asked, rules=choices)
        if asked is None or not form.is_valid():
            return {"what_if": form}
        drawn, place = trial.drawn, form.cleaned_data["rule"]
        try:
            other, difference = what_if(drawn.problem, drawn.solution, place, **form.size())
        except Contradictory as error:
            form.add_error("amount", str(rules.why(error.found[0])))
            return {"what_if": form}
        changed = drawn.problem.with_limit(place, **form.size())
        return {
            "what_if": form,
            "if_rule": self.words.rule(changed.rules[place]),
            "if_total": points(other.total),
            "if_empty": empty_seats(changed, other),
            "if_lowest_in": points(cut(changed, other).lowest_in),
            "if_limits": self.limits(counts(changed, other), changed.rules),
            "if_out": self.people(difference.inside),
            "if_in": self.people(difference.outside),
        }


class BalanceRules(OfSelection):
    """All rules of the edition in one form. What is wrong is said where it was typed, and all that
    was typed stays."""

    page_title = gettext_lazy("Rules of the balance")
    template_name = "enrollment/staff/balance_rules.html"
    roles = COORDINATORS

    def way(self):
        url = reverse("enrollment_staff:balance", args=[self.edition.pk])
        return [*super().way(), (BalancePage.page_title, url)]

    @cached_property
    def stated(self) -> list[Rule]:
        return rules_of(self.edition)

    def forms(self, data=None) -> tuple[RulesForm, ChangeForm]:
        groups = self.words.groups(self.stated)
        shown = {"shown": balancing.said(self.stated)}
        return (
            RulesForm(
                data,
                initial=[initial_of(one) for one in self.stated],
                form_kwargs={"groups": groups},
                prefix="rules",
            ),
            ChangeForm(data, initial=shown, is_needed=needs_reason(self.edition, self.request.at)),
        )

    def get(self, request, *args, **kwargs):
        return self.shown(*self.forms())

    def post(self, request, *args, **kwargs):
        formset, reason = self.forms(request.POST)
        is_sound = all([formset.is_valid(), reason.is_valid()])
        if is_sound and self.hold_together(formset) and self.save(formset, reason):
            messages.success(request, _("Saved."))
            return redirect("enrollment_staff:balance", pk=self.edition.pk)
        messages.error(request, _("Nothing was saved: see what is marked below."))
        return self.shown(formset, reason)

    def shown(self, formset, reason):
        return self.render_to_response(self.get_context_data(formset=formset, reason=reason))

    def hold_together(self, formset: RulesForm) -> bool:
        """Say beside each rule which other it contradicts, with the arithmetic."""
        rows = formset.rows()
        found = balancing.contradictions_in(self.edition, [rule for _form, rule in rows])
        for one in found:
            for place in sorted({limit.rule for limit in one.limits}):
                rows[place][0].add_error("amount", str(rules.why(one)))
        return not found

    def save(self, formset: RulesForm, reason: ChangeForm) -> bool:
        try:
            save_rules(
                self.edition,
                [rule for _form, rule in formset.rows()],
                reason=reason.cleaned_data["reason"],
                shown=reason.cleaned_data["shown"],
                by=self.request.user,
                at=self.request.at,
            )
        except DomainError as refusal:
            reason.add_error(None, str(refusal.reason))
            return False
        return True

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            edition=self.edition,
            may_change=can_change_balance(self.edition),
            back_url=reverse("enrollment_staff:balance", args=[self.edition.pk]),
            **kwargs,
        )
