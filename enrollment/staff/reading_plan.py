"""How an edition is read: the plan with its criteria, the readers, and how far they are."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import Avg, Count, F, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from enrollment.models import (
    Criterion,
    Reader,
    ReadingPlan,
    Review,
    ReviewStatus,
    RoleAssignment,
    StaffRole,
)
from enrollment.queries import readings_counted, with_readings
from enrollment.rules.reviews import can_change_criteria, can_change_plan
from enrollment.services.reviews import give_back_review, save_plan, save_reader
from enrollment.staff.access import READERS
from enrollment.staff.pages import OfOneEdition, OfOneProgram, StaffAct, StaffForm

MOST_CRITERIA = 12
MOST_DISPUTED = 50


def address(name: str, *args) -> str:
    return reverse(f"enrollment_staff:{name}", args=args)


class Reading(OfOneEdition, TemplateView):
    roles = READERS
    page_title = _("Reading of the applications")
    header_icon = "glasses"
    template_name = "enrollment/staff/reading.html"

    @cached_property
    def plan(self) -> ReadingPlan | None:
        return ReadingPlan.objects.filter(edition=self.edition).first()

    @property
    def header_buttons(self):
        if not can_change_plan(self.edition, self.request.user):
            return []
        label = _("Change the plan") if self.plan else _("Have the applications read")
        url = address("reading_plan", self.edition.pk)
        return [HeaderButton(label, url=url, icon_name="edit")]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(
            plan=self.plan,
            is_coordinator=self.is_coordinator_of(self.program.pk),
            may_change=can_change_plan(self.edition, self.request.user),
            **kwargs,
        )
        if self.plan:
            context |= {
                "criteria": self.plan.criteria.all(),
                "figures": self.figures(),
                "disputed": self.disputed(),
                "readers": self.readers(),
                "held": self.held(),
            }
        return context

    def figures(self) -> list[tuple[str, int]]:
        """(what, how many) of the applications that are to be read."""
        counts = readings_counted(self.plan, self.request.at)
        labels = {
            "all": _("applications to read"),
            "read": _("read by as many as are needed"),
            "begun": _("read by fewer"),
            "unread": _("read by nobody"),
            "disputed": _("with readings that differ"),
        }
        return [(label, counts[name]) for name, label in labels.items()]

    def disputed(self):
        rows = with_readings(self.plan, self.request.at).filter(needed__gt=self.plan.readers)
        rows = rows.annotate(apart=F("highest") - F("lowest"))
        return rows.order_by("-apart", "pk")[:MOST_DISPUTED]

    def readers(self) -> list[dict]:
        """Every reviewer of the program, with what they read of this edition."""
        own = Review.objects.filter(application__edition=self.edition).values("reader")
        counts = {
            row["reader"]: row
            for row in own.annotate(
                waiting=Count("pk", filter=Q(status=ReviewStatus.ASSIGNED)),
                read=Count("pk", filter=Q(status=ReviewStatus.SCORED)),
                recused=Count("pk", filter=Q(status=ReviewStatus.RECUSED)),
                mean=Avg("total"),
            ).order_by()
        }
        known = {one.user_id: one for one in Reader.objects.filter(program=self.program)}
        roles = RoleAssignment.objects.filter(program=self.program, role=StaffRole.REVIEWER)
        return [
            {"user": row.user, "known": known.get(row.user_id), **counts.get(row.user_id, {})}
            for row in roles.select_related("user").order_by("user__last_name", "user__email")
        ]

    def held(self):
        rows = Review.objects.filter(
            application__edition=self.edition, status=ReviewStatus.ASSIGNED
        )
        return rows.select_related("application", "reader").order_by("assigned_at")


class PlanForm(forms.ModelForm):
    class Meta:
        model = ReadingPlan
        fields = ["readers", "differ_by", "is_blind", "given_back_after", "guide"]


class CriterionForm(forms.ModelForm):
    class Meta:
        model = Criterion
        fields = ["title", "help", "weight", "highest", "order"]


CriterionFormSet = forms.inlineformset_factory(
    ReadingPlan,
    Criterion,
    form=CriterionForm,
    extra=2,
    max_num=MOST_CRITERIA,
    validate_max=True,
    absolute_max=MOST_CRITERIA + 2,
)


class EditPlan(OfOneEdition, StaffForm):
    page_title = _("Plan of the reading")
    header_icon = "glasses"
    template_name = "enrollment/staff/reading_plan.html"
    form_class = PlanForm

    def way(self):
        return [*super().way(), (Reading.page_title, address("edition_reading", self.edition.pk))]

    @cached_property
    def plan(self) -> ReadingPlan:
        found = ReadingPlan.objects.filter(edition=self.edition).first()
        return found or ReadingPlan(edition=self.edition)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.plan}

    @cached_property
    def criteria(self):
        return CriterionFormSet(self.request.POST or None, instance=self.plan, prefix="criteria")

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if form.is_valid() and self.criteria.is_valid():
            return self.form_valid(form)
        return self.form_invalid(form)

    def save(self, form):
        kept = [
            one.save(commit=False)
            for one in self.criteria.forms
            if one.cleaned_data.get("title") and not one.cleaned_data.get("DELETE")
        ]
        save_plan(form.save(commit=False), kept, by=self.request.user, at=self.request.at)

    def get_success_url(self):
        return address("edition_reading", self.edition.pk)

    def get_context_data(self, **kwargs):
        may_change = can_change_plan(self.edition, self.request.user)
        stands = can_change_criteria(self.edition)
        advice = [one.reason for one in (may_change, stands) if not one]
        return super().get_context_data(
            criteria=self.criteria, advice=advice, is_fixed=not may_change, **kwargs
        )


class ReaderForm(forms.Form):
    institution = forms.CharField(
        label=_("Where they work"),
        max_length=200,
        required=False,
        help_text=_("They read no application of this institution."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages they read"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )


class EditReader(OfOneProgram, StaffForm):
    """Coordinators describe every reviewer, a reviewer themselves."""

    roles = (StaffRole.COORDINATOR, StaffRole.REVIEWER)
    form_class = ReaderForm
    header_icon = "user"

    @cached_property
    def reader(self):
        rows = RoleAssignment.objects.filter(program=self.program, role=StaffRole.REVIEWER)
        if not self.is_coordinator_of(self.program.pk):
            rows = rows.filter(user=self.request.user)
        return get_object_or_404(rows.select_related("user"), user__pk=self.kwargs["user_id"]).user

    def get_page_title(self):
        return str(self.reader)

    def way(self):
        if self.reader == self.request.user:
            return [(_("Reading"), address("reading"))]
        return super().way()

    def get_initial(self):
        known = Reader.objects.filter(user=self.reader, program=self.program).first()
        return known and {"institution": known.institution, "languages": known.languages} or {}

    def save(self, form):
        save_reader(
            self.reader, self.program, **form.cleaned_data, by=self.request.user, at=self.request.at
        )

    def get_success_url(self):
        return self.way()[-1][1]


class GiveBack(OfOneEdition, StaffAct):
    """Take an application that was not read back from its reader."""

    def act(self):
        rows = Review.objects.filter(application__edition=self.edition)
        review = get_object_or_404(rows, pk=self.kwargs["pk"])
        give_back_review(review, by=self.request.user, at=self.request.at)
        return _("It waits for another reader.")

    def get_success_url(self):
        return address("edition_reading", self.edition.pk)
