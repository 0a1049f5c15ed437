"""A reviewer's desk: what waits to be read, and one application at a time with its criteria."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.answers import submitted_values
from enrollment.forms.definitions import form_of
from enrollment.forms.files import told_without_name
from enrollment.models import (
    ApplicationVersion,
    Edition,
    EditionStatus,
    Reader,
    Review,
    ReviewStatus,
)
from enrollment.queries import still_to_read
from enrollment.rules.reviews import can_work_on, hidden_from_readers, is_reading_open
from enrollment.services.reviews import next_to_read, recuse_review, score_review
from enrollment.staff.access import REVIEWERS
from enrollment.staff.application import answers_of, said_in
from enrollment.staff.pages import StaffAct, StaffForm, StaffPage
from lms.decisions import DomainError

LONGEST_REMARK = 2000  # characters


def own_reviews(user):
    """The user's reviews that still count for something: not those they were recused from."""
    rows = Review.objects.filter(reader=user).exclude(status=ReviewStatus.RECUSED)
    return rows.select_related(
        "application__edition__program", "application__edition__reading_plan"
    )


@dataclass(frozen=True)
class EditionRead:
    """An edition as one reviewer sees it: why it is not open, where it is not; how many are still
    to be read by anybody, and her own reviews: those that wait, those changed since, the rest."""

    edition: Edition
    refusal: str
    left: int
    waiting: list[Review]
    changed: list[Review]
    done: int
    institution: str


class ReadingDesk(StaffPage, TemplateView):
    roles = REVIEWERS
    page_title = _("Reading")
    header_icon = "glasses"
    template_name = "enrollment/staff/reading_desk.html"

    def way(self):
        return []

    def get_context_data(self, **kwargs):
        return super().get_context_data(editions=list(self.editions()), **kwargs)

    def editions(self):
        user, at = self.request.user, self.request.at
        rows = Edition.objects.visible_to(user, *REVIEWERS).select_related("program")
        rows = rows.filter(reading_plan__isnull=False, status=EditionStatus.PUBLISHED)
        houses = dict(Reader.objects.filter(user=user).values_list("program", "institution"))
        for edition in rows.select_related("reading_plan"):
            own = [one for one in own_reviews(user) if one.application.edition_id == edition.pk]
            is_open = is_reading_open(edition, at)
            yield EditionRead(
                edition,
                refusal="" if is_open else str(is_open.reason),
                left=still_to_read(edition.reading_plan, at).count() if is_open else 0,
                waiting=[one for one in own if not one.is_scored],
                changed=[one for one in own if one.is_outdated],
                done=sum(one.is_scored for one in own),
                institution=houses.get(edition.program_id, ""),
            )


class ReadNext(StaffPage, StaffAct):
    """Leads to the next application that the reviewer reads."""

    roles = REVIEWERS

    @cached_property
    def edition(self) -> Edition:
        rows = Edition.objects.visible_to(self.request.user, *REVIEWERS)
        return get_object_or_404(rows.select_related("program"), pk=self.kwargs["edition_id"])

    def post(self, request, *args, **kwargs):
        try:
            review = next_to_read(request.user, self.edition, at=request.at)
        except DomainError as refusal:
            messages.error(request, str(refusal.reason))
            return redirect("enrollment_staff:reading")
        if review is None:
            messages.success(request, _("Nothing is left for you to read. Thank you."))
            return redirect("enrollment_staff:reading")
        return redirect("enrollment_staff:review", pk=review.pk)


class RubricForm(forms.Form):
    """Points to each criterion, and a remark that stays in the house."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, criteria, **options):
        super().__init__(*args, **options)
        self.criteria = criteria
        for one in criteria:
            self.fields[one.key] = forms.TypedChoiceField(
                label=str(one.title),
                help_text=str(one.help),
                choices=[(number, number) for number in range(one.highest + 1)],
                coerce=int,
                widget=forms.RadioSelect,
            )
        self.fields["remark"] = forms.CharField(
            label=_("Remark for the coordination"),
            required=False,
            max_length=LONGEST_REMARK,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def points(self) -> dict[str, int]:
        return {one.key: self.cleaned_data[one.key] for one in self.criteria}


class ReviewPage(StaffPage, StaffForm):
    """One application with its criteria. Blind, where the plan says so: what tells who it is, and
    where they work, is not shown."""

    roles = REVIEWERS
    header_icon = "glasses"
    template_name = "enrollment/staff/review.html"
    form_class = RubricForm

    @cached_property
    def review(self) -> Review:
        rows = own_reviews(self.request.user).select_related(
            "application__window__edition__program", "application__role", "application__person"
        )
        mine = rows.filter(
            application__edition__in=Edition.objects.visible_to(self.request.user, *REVIEWERS),
            application__person__isnull=False,
        )
        return get_object_or_404(mine, pk=self.kwargs["pk"])

    @property
    def edition(self) -> Edition:
        return self.review.application.edition

    def get_page_title(self):
        return _("Application %(code)s") % {"code": self.review.application.code}

    def way(self):
        return [(ReadingDesk.page_title, reverse("enrollment_staff:reading"))]

    def get_form_kwargs(self):
        criteria = list(self.edition.reading_plan.criteria.all())
        return {**super().get_form_kwargs(), "criteria": criteria}

    def get_initial(self):
        review = self.review
        return {
            **review.points,
            "remark": review.remark,
            "version": review.application.version,
        }

    def save(self, form):
        try:
            score_review(
                self.review,
                form.points(),
                remark=form.cleaned_data["remark"],
                version=form.cleaned_data["version"],
                by=self.request.user,
                at=self.request.at,
            )
        except DomainError as refusal:
            if refusal.code == "changed":  # what is drawn now shows what is new
                form.data = form.data.copy()
                form.data["version"] = self.review.application.version
            raise

    success_message = _("Kept. Thank you.")

    def get_success_url(self):
        return reverse("enrollment_staff:reading")

    def get_context_data(self, **kwargs):
        review, application = self.review, self.review.application
        may_work = can_work_on(review, self.request.user, self.request.at)
        return super().get_context_data(
            review=review,
            application=application,
            plan=self.edition.reading_plan,
            parts=self.parts(),
            refusal="" if may_work else may_work.reason,
            **kwargs,
        )

    def parts(self) -> list[dict]:
        """The answers as they are now; those changed since they were read are marked."""
        application = self.review.application
        hidden = hidden_from_readers(self.edition.reading_plan, form_of(application.window))
        before = self.read_before()
        parts = answers_of(application, submitted_values(application))
        shown = []
        for part in parts:
            entries = [
                {
                    **self.as_read(one),
                    "is_changed": before is not None and before.get(one["id"]) != said_in(one),
                }
                for one in part["entries"]
                if one["id"].removeprefix("id_") not in hidden
            ]
            if entries:
                shown.append({**part, "entries": entries})
        return shown

    def as_read(self, entry: dict) -> dict:
        """Of a file read blind, not the name that somebody gave it."""
        upload = entry.get("upload")
        if upload is None or not self.edition.reading_plan.is_blind:
            return entry
        return {**entry, "text": told_without_name(upload)}

    def read_before(self) -> dict[str, tuple] | None:
        """What was read then, by the id of its answer, where it was changed since."""
        review = self.review
        if not review.is_outdated:
            return None
        row = ApplicationVersion.objects.filter(
            application=review.application, number=review.version
        ).first()
        parts = answers_of(review.application, row.answers) if row else []
        return {one["id"]: said_in(one) for part in parts for one in part["entries"]}


class Recuse(StaffPage, StaffAct):
    """The reviewer does not read this application."""

    roles = REVIEWERS

    def act(self):
        rows = Review.objects.filter(reader=self.request.user)
        review = get_object_or_404(rows, pk=self.kwargs["pk"])
        reason = self.request.POST.get("reason", "")
        recuse_review(review, reason=reason, by=self.request.user, at=self.request.at)
        return _("Somebody else reads it.")

    def get_success_url(self):
        return reverse("enrollment_staff:reading")
