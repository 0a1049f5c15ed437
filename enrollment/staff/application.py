"""The page of one application: what was asked, found, decided and done, and the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from enrollment.answers import form_for, submitted_values
from enrollment.forms.applications import as_typed
from enrollment.forms.definitions import form_of
from enrollment.models import Application, Eligibility, Outcome
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.decisions import (
    can_correct,
    current_decision,
    is_open_case,
    why_ineligible,
)
from enrollment.rules.joint import TWO_PEOPLE
from enrollment.rules.staff import has_role
from enrollment.scoring import ALUMNI, OUT_OF, OUTSIDE_CAPITAL, READING_AT_MOST, ROLE_AT_MOST
from enrollment.services.eligibility import points_of
from enrollment.staff.access import READERS, OfStaff
from enrollment.staff.act_forms import act_asked, acts_offered, is_done
from enrollment.staff.application_acts import forms_for
from enrollment.staff.applications import ApplicationListing, needs_a_look
from enrollment.staff.history import by_a_code, history_of, rows_of
from lms.accounts.models import User
from lms.mail.compose import reference
from lms.mail.models import OutgoingMessage

TOLD_AT_MOST = 50


@dataclass(frozen=True)
class Change:
    """One answer that a version changed; `before` and `after` are entries `{text, upload}`."""

    label: str
    before: dict
    after: dict


@dataclass(frozen=True)
class Version:
    number: int
    at: datetime
    changes: list[Change]


@dataclass(frozen=True)
class Score:
    """The stored score, and its parts by what is known now: `(words, points, at most)`. Not
    `is_fresh`: what is known has changed since it was computed."""

    total: Decimal
    out_of: int
    parts: list[tuple[str, Decimal, int]]
    is_fresh: bool


def answers_of(application: Application, values: dict) -> list[dict]:
    """Answers by the labels of the form, in its parts: `{heading, entries}`."""
    typed = as_typed(form_of(application.window), values)
    person = application.person or User()
    return form_for(application.window, person, application, data=typed).answers_shown()


def versions_of(application: Application) -> list[Version]:
    """Every version that was submitted, the newest first, with what it changed."""
    versions, before = [], {}
    for row in application.versions.all():
        parts = answers_of(application, row.answers)
        now = {one["label"]: one for part in parts for one in part["entries"]}
        changes = [
            Change(label, before.get(label, {}), entry)
            for label, entry in now.items()
            if before and said_in(before.get(label, {})) != said_in(entry)
        ]
        versions.append(Version(row.number, row.at, changes))
        before = now
    return versions[::-1]


def said_in(entry: dict) -> tuple:
    """What an entry says: two files are two, though they have the same name."""
    upload = entry.get("upload")
    return entry.get("text", ""), upload and upload.key


def correctable(application: Application, at: datetime) -> str:
    """The subject of the joint act that corrects a released outcome, where one may be corrected."""
    current = current_decision(application)
    if current and any(can_correct(application, outcome, at) for outcome in Outcome):
        return reference(current)
    return ""


def twins_of(application: Application) -> list[Application]:
    """Those that look like it, each once."""
    twins = [application.duplicate_of, *application.duplicates.all()]
    return list({twin.pk: twin for twin in twins if twin}.values())


def score_of(application: Application) -> Score | None:
    """The score in words; None before it is computed."""
    if application.score is None:
        return None
    now = points_of(application)
    parts = [
        (_("Role: %(role)s") % {"role": application.role or "—"}, now.role, ROLE_AT_MOST),
        (
            _("Place of work: %(place)s") % {"place": application.get_workplace_display() or "—"},
            now.place,
            OUTSIDE_CAPITAL,
        ),
        (
            _("Earlier course: %(match)s") % {"match": application.get_alumni_match_display()},
            now.course,
            ALUMNI,
        ),
    ]
    out_of = OUT_OF
    if hasattr(application.edition, "reading_plan"):
        out_of += READING_AT_MOST
        parts.append((_("Readings"), now.reading, READING_AT_MOST))
    return Score(application.score, out_of, parts, is_fresh=now.total == application.score)


def next_to_look_at(application: Application) -> Application | None:
    """The next application of the edition that is still open, round to the first."""
    rows = Application.objects.filter(
        needs_a_look(), edition=application.edition_id, status__in=IN_SELECTION
    ).exclude(pk=application.pk)
    rows = rows.order_by("pk")
    return rows.filter(pk__gt=application.pk).first() or rows.first()


class ApplicationPage(OfStaff, WagtailAdminTemplateMixin, TemplateView):
    template_name = "enrollment/staff/application.html"
    header_icon = "form"
    tried = None

    @cached_property
    def application(self) -> Application:
        rows = Application.objects.visible_to(self.request.user, *READERS)
        rows = rows.select_related(
            "person",
            "role",
            "edition__program",
            "edition__reading_plan",
            "window__edition__program",
            "alumnus",
            "duplicate_of",
            "offer",
            "enrollment",
            "reconsideration",
            "course_proof",
        )
        rows = rows.prefetch_related(
            "decisions__by",
            "duplicates",
            "reviews__reader",
            "versions",
            "window__edition__program__applicant_roles",
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @cached_property
    def is_coordinator(self) -> bool:
        return self.is_coordinator_of(self.application.edition.program_id)

    @property
    def may_ask(self) -> bool:
        return has_role(self.request.user, self.application.edition.program, *TWO_PEOPLE)

    def get_page_title(self):
        return self.application.full_name or self.application.code

    def get_page_subtitle(self):
        return self.application.code

    def get_breadcrumbs_items(self):
        edition = self.application.edition
        listing = reverse("enrollment_staff:applications", query={"edition": edition.pk})
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("enrollment_staff:selection", args=[edition.pk]),
                "label": str(edition.title),
            },
            {"url": listing, "label": ApplicationListing.page_title},
            {"url": "", "label": self.get_page_title(), "sublabel": self.application.code},
        ]

    def post(self, request, *args, **kwargs):
        form = act_asked(forms_for(self.application), self.application, request.POST)
        if not self.is_coordinator or form is None:
            raise Http404
        if is_done(form, by=request.user, at=request.at):
            messages.success(request, form.done)
            return redirect("enrollment_staff:application", pk=self.application.pk)
        messages.error(request, _("Nothing was changed: see below why."))
        self.tried = form
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs):
        one, at = self.application, self.request.at
        offer = getattr(one, "offer", None)
        decisions = sorted(one.decisions.all(), key=lambda row: -row.version)
        letters = OutgoingMessage.objects.letters().filter(scope=one.edition.program.slug)
        acts = []
        if self.is_coordinator:
            acts = acts_offered(forms_for(one), one, self.request.user, at, self.tried)
        return super().get_context_data(
            application=one,
            edition=one.edition,
            parts=answers_of(one, submitted_values(one)) if one.submitted_at else [],
            versions=versions_of(one),
            why_ineligible=why_ineligible(one) if one.eligibility == Eligibility.INELIGIBLE else "",
            twins=twins_of(one),
            score=score_of(one),
            decisions=decisions,
            offer=offer,
            is_outrun=bool(offer and offer.is_outrun(at)),
            place=getattr(one, "enrollment", None),
            letters=letters.filter(person=one.person_id or 0)[:TOLD_AT_MOST],
            history=history_of(*rows_of(one), also=by_a_code(one)),
            correctable=correctable(one, at) if self.may_ask else "",
            acts=acts,
            is_open_case=one.is_in_selection and is_open_case(one),
            next_open=next_to_look_at(one),
            **kwargs,
        )
