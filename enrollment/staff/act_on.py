"""One act on many applications: restated with its exact number, done on exactly those that were
shown, or on none of them."""

from __future__ import annotations

from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.models import AlumniMatch, Application, Eligibility, Outcome
from enrollment.services.many import (
    Effect,
    NotAllError,
    change_decisions,
    effect_of_settling,
    settle_matches,
)
from enrollment.staff.access import COORDINATORS, OfStaff
from enrollment.staff.application_acts import MATCHES
from enrollment.staff.applications import ApplicationFilters, ApplicationListing
from enrollment.staff.applications import applications_for as found_for
from enrollment.staff.chosen import listed, named, sealed, unsealed

SALT = "enrollment.staff.act_on"
MATCH = "match"
BECOMES = {
    Eligibility.ELIGIBLE: ngettext_lazy(
        "%(count)d application becomes eligible.",
        "%(count)d applications become eligible.",
        "count",
    ),
    Eligibility.INELIGIBLE: ngettext_lazy(
        "%(count)d application becomes ineligible: it is refused, with the reason that the earlier"
        " course was not completed.",
        "%(count)d applications become ineligible: they are refused, with the reason that the"
        " earlier course was not completed.",
        "count",
    ),
    Eligibility.NEEDS_PROOF: ngettext_lazy(
        "%(count)d application will need proof of the earlier course.",
        "%(count)d applications will need proof of the earlier course.",
        "count",
    ),
}
ACTS = [
    (gettext_lazy("Decide"), [(f"decide:{key}", label) for key, label in Outcome.choices]),
    (gettext_lazy("Settle the alumni match"), [(f"match:{key}", label) for key, label in MATCHES]),
]


def restated(outcome: str, count: int) -> list[str]:
    words = {"match": AlumniMatch(outcome).label, "count": count}
    said = ngettext(
        "Alumni match of %(count)d application: “%(match)s”.",
        "Alumni match of %(count)d applications: “%(match)s”.",
        count,
    )
    return [said % words]


def in_words(found: Effect) -> list[str]:
    """What settling comes to, a sentence each."""
    said = [
        str(BECOMES[one] % {"count": found.eligibility[one]})
        for one in Eligibility
        if one in found.eligibility
    ]
    said = said or [_("Nobody’s eligibility changes.")]
    if found.scores:
        more = ngettext(
            "The score of %(count)d changes.", "The scores of %(count)d change.", found.scores
        )
        said.append(more % {"count": found.scores})
    if found.contradicted:
        more = ngettext(
            "%(count)d decision then contradicts it, until a proposal is written anew.",
            "%(count)d decisions then contradict it, until a proposal is written anew.",
            found.contradicted,
        )
        said.append(more % {"count": found.contradicted})
    return said


class ManyForm(forms.Form):
    act = forms.ChoiceField(
        label=gettext_lazy("What is done with all of them"), choices=[("", "—"), *ACTS]
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is kept in the history of each of them."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )
    chosen = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def what(self) -> tuple[str, str]:
        """`decide` or `match`, and the outcome."""
        what, _colon, outcome = self.cleaned_data["act"].partition(":")
        return what, outcome


class ActOnApplications(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    """GET shows which applications are meant, and keeps their list, signed, in the form. POST acts
    on that list: what a filter would find by then makes no difference. What settling matches comes
    to is shown first; pressed on that, it is done."""

    roles = COORDINATORS
    template_name = "enrollment/staff/act_on.html"
    header_icon = "tasks"
    page_title = gettext_lazy("Act on applications")
    refused = ()
    form = None
    effect: list[str] = []
    seen = ""

    @cached_property
    def keys(self) -> list[int]:
        if self.request.method == "POST":
            return unsealed(self.request.user, self.request.POST.get("chosen", ""), SALT)
        if self.request.GET.get("of") == "all":
            rows = found_for(self.request.user, *COORDINATORS)
            return listed(self.request, self.request.GET, rows, ApplicationFilters)
        return named(self.request.GET)

    @cached_property
    def applications(self) -> list[Application]:
        rows = found_for(self.request.user, *COORDINATORS).filter(pk__in=self.keys)
        rows = rows.select_related("edition__program").defer("answers", "draft")
        return list(rows.order_by("edition", "family_names", "pk"))

    def get_breadcrumbs_items(self):
        way = [{"url": self.back, "label": ApplicationListing.page_title}]
        return [*self.breadcrumbs_items, *way, {"url": "", "label": self.page_title}]

    @property
    def back(self) -> str:
        kept = self.request.GET.copy()
        for name in ("of", "id"):
            kept.pop(name, None)
        return f"{reverse('enrollment_staff:applications')}?{kept.urlencode()}"

    def get(self, request, *args, **kwargs):
        if not self.applications:
            messages.warning(request, _("No application was chosen."))
            return redirect(self.back)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.form = ManyForm(request.POST)
        if len(self.applications) != len(self.keys):
            self.form.add_error(None, _("Some of these applications are gone. Choose again."))
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data())
        try:
            if self.is_to_be_shown():
                return self.render_to_response(self.get_context_data())
            count = self.perform(self.form.cleaned_data)
        except NotAllError as error:
            self.refused = error.refused
            return self.render_to_response(self.get_context_data())
        messages.success(
            request,
            ngettext(
                "Done for %(count)d application.", "Done for all %(count)d applications.", count
            )
            % {"count": count},
        )
        return redirect(self.back)

    def is_to_be_shown(self) -> bool:
        """Whether what it comes to was not seen yet, or is another by now."""
        what, outcome = self.form.what
        if what != MATCH:
            return False
        found = effect_of_settling(
            self.applications,
            outcome,
            reason=self.form.cleaned_data["reason"],
            by=self.request.user,
            at=self.request.at,
        )
        self.effect = [*restated(outcome, len(self.applications)), *in_words(found)]
        self.seen = salted_hmac(SALT, repr((self.keys, outcome, found))).hexdigest()
        return self.form.cleaned_data["seen"] != self.seen

    def perform(self, values: dict) -> int:
        what, outcome = self.form.what
        act = change_decisions if what == "decide" else settle_matches
        return act(
            self.applications,
            outcome,
            reason=values["reason"],
            by=self.request.user,
            at=self.request.at,
        )

    def sealed(self, applications) -> str:
        return sealed(self.request.user, [one.pk for one in applications], SALT)

    def get_context_data(self, **kwargs):
        refused = {one.application.pk for one in self.refused}
        rest = [one for one in self.applications if one.pk not in refused]
        form = self.form or ManyForm(initial={"chosen": self.sealed(self.applications)})
        return super().get_context_data(
            form=form,
            effect=self.effect,
            seen=self.seen,
            applications=self.applications,
            count=len(self.applications),
            refused=self.refused,
            rest=len(rest),
            rest_sealed=self.sealed(rest) if self.refused and rest else "",
            back=self.back,
            **kwargs,
        )
