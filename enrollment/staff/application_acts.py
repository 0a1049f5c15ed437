"""What a coordinator does with one application: a form with a reason for each act."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment.models import AlumniMatch, Application, ApplicationStatus, Eligibility, Outcome
from enrollment.models.applications import MATCH_BY_HAND
from enrollment.rules.decisions import can_decide
from enrollment.rules.duplicates import can_take_back
from enrollment.rules.eligibility import can_settle
from enrollment.rules.information import can_ask_information
from enrollment.rules.offers import can_reinstate
from enrollment.services.decisions import change_decision
from enrollment.services.duplicates import keep_both, merge_application, take_back
from enrollment.services.eligibility import override_eligibility, settle_match
from enrollment.services.information import ask_information, drop_information
from enrollment.services.offers import reinstate_offer
from enrollment.staff.act_forms import ActForm
from lms.decisions import refused

MATCHES = [(value, AlumniMatch(value).label) for value in MATCH_BY_HAND]
BY_THE_RULES = ("", gettext_lazy("as the rules say"))


class MatchForm(ActForm):
    prefix = "match"
    title = gettext_lazy("Settle the alumni match")
    button = gettext_lazy("Settle the match")
    done = gettext_lazy("The match is settled.")
    outcome = forms.ChoiceField(
        label=gettext_lazy("Match"),
        choices=MATCHES,
        help_text=gettext_lazy(
            "“Rejected by hand” makes the application ineligible: it is refused with that reason."
            " “Not on the list” refuses nobody: the course can still be proved."
        ),
    )
    field_order = ["outcome", "reason"]

    @staticmethod
    def state_of(application):
        return f"{application.alumni_match}:{application.alumnus_id or ''}"

    @staticmethod
    def rule(application, by, at):
        if not application.edition.program.needs_alumni:
            return refused("no_alumni", _("This program asks for no earlier course."))
        return can_settle(application, by, at)

    def perform(self, *, by, at):
        values = self.cleaned_data
        settle_match(self.row, values["outcome"], by=by, at=at, reason=values["reason"])


class EligibilityForm(ActForm):
    prefix = "eligibility"
    title = gettext_lazy("Set the eligibility by hand")
    button = gettext_lazy("Set the eligibility")
    done = gettext_lazy("The eligibility is set.")
    outcome = forms.ChoiceField(
        label=gettext_lazy("Eligibility"),
        choices=[*Eligibility.choices, BY_THE_RULES],
        required=False,
    )
    field_order = ["outcome", "reason"]

    @staticmethod
    def state_of(application):
        return f"{application.eligibility}:{application.eligibility_by_hand:d}"

    @staticmethod
    def rule(application, by, at):
        return can_settle(application, by, at)

    def perform(self, *, by, at):
        values = self.cleaned_data
        override_eligibility(self.row, values["outcome"], by=by, at=at, reason=values["reason"])


class DecisionForm(ActForm):
    prefix = "decision"
    title = gettext_lazy("Decide by hand")
    button = gettext_lazy("Decide")
    done = gettext_lazy("The outcome is decided.")
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=Outcome.choices)
    field_order = ["outcome", "reason"]

    @staticmethod
    def state_of(application):
        current = next((row for row in application.decisions.all() if row.is_current), None)
        return f"{current.version}" if current else "0"

    @staticmethod
    def rule(application, by, at):
        if not application.is_in_selection:
            return refused("not_in_selection", _("This application does not take part."))
        return can_decide(application.edition, at)

    def perform(self, *, by, at):
        values = self.cleaned_data
        change_decision(self.row, values["outcome"], by=by, at=at, reason=values["reason"])


class OfferForm(ActForm):
    prefix = "offer"
    title = gettext_lazy("Give the expired offer again")
    button = gettext_lazy("Reinstate the offer")
    done = gettext_lazy("The offer is open again, and the person is told.")

    @staticmethod
    def state_of(application):
        return application.offer.status

    @staticmethod
    def rule(application, by, at):
        return can_reinstate(application.offer, application.edition, at)

    def perform(self, *, by, at):
        reinstate_offer(self.row.offer, by=by, at=at, reason=self.cleaned_data["reason"])


class DuplicateForm(ActForm):
    prefix = "duplicate"
    title = gettext_lazy("Settle the likely duplicate")
    button = gettext_lazy("Settle it")
    done = gettext_lazy("Settled, in the history of both applications.")
    outcome = forms.ChoiceField(
        label=gettext_lazy("What you found"),
        choices=[
            ("", "—"),
            ("both", gettext_lazy("two people: both applications count")),
            ("merge", gettext_lazy("the same person: only the other application counts")),
        ],
    )
    field_order = ["outcome", "reason"]

    @staticmethod
    def state_of(application):
        settled = application.duplicate_settled_at
        return f"{application.duplicate_of_id}:{settled.isoformat() if settled else ''}"

    @staticmethod
    def rule(application, by, at):
        return can_settle(application, by, at)

    def perform(self, *, by, at):
        values = self.cleaned_data
        settle = merge_application if values["outcome"] == "merge" else keep_both
        settle(self.row, by=by, at=at, reason=values["reason"])


class TakeBackForm(ActForm):
    prefix = "take_back"
    title = gettext_lazy("Take back how the likely duplicate was settled")
    button = gettext_lazy("Undo")
    done = gettext_lazy("Taken back: the two wait to be settled again.")

    @staticmethod
    def state_of(application):
        return f"{application.status}:{DuplicateForm.state_of(application)}"

    @staticmethod
    def rule(application, by, at):
        return can_take_back(application, by, at)

    def perform(self, *, by, at):
        take_back(self.row, by=by, at=at, reason=self.cleaned_data["reason"])


class InformationForm(ActForm):
    prefix = "information"
    title = gettext_lazy("Ask the applicant for information")
    button = gettext_lazy("Ask")
    done = gettext_lazy("The applicant is asked, and can complete the application.")
    effect = gettext_lazy(
        "The applicant reads exactly this text, by mail and on the application’s page, and can"
        " change the answers until the decisions are locked."
    )
    reason = forms.CharField(
        label=gettext_lazy("What is asked"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )

    @staticmethod
    def state_of(application):
        return application.status

    @staticmethod
    def rule(application, by, at):
        return can_ask_information(application, by, at)

    def perform(self, *, by, at):
        ask_information(self.row, self.cleaned_data["reason"], by=by, at=at)


class DropInformationForm(InformationForm):
    prefix = "drop"
    title = gettext_lazy("Take the request for information back")
    button = gettext_lazy("Take it back")
    done = gettext_lazy("Nothing is asked any more.")
    effect = ""
    reason = ActForm.base_fields["reason"]

    @staticmethod
    def rule(application, by, at):
        return can_settle(application, by, at)

    def perform(self, *, by, at):
        drop_information(self.row, by=by, at=at, reason=self.cleaned_data["reason"])


def forms_for(application: Application) -> list[type[ActForm]]:
    is_asked = application.status == ApplicationStatus.INFO_REQUESTED
    information = DropInformationForm if is_asked else InformationForm
    found: list[type[ActForm]] = [MatchForm, EligibilityForm, DecisionForm, information]
    if hasattr(application, "offer"):
        found.append(OfferForm)
    if application.duplicate_of_id:
        is_merged = application.status == ApplicationStatus.MERGED
        is_settled = is_merged or application.duplicate_settled_at
        found += [DuplicateForm, TakeBackForm] if is_settled else [DuplicateForm]
    return found
