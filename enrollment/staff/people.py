"""Staff's page of a person: what they asked for, what they got, what was written to them, who did
what and when; and the help that the staff can give with the account."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from enrollment.models import Application, Enrollment
from enrollment.rules import people as rules
from enrollment.rules.people import can_help, programs_with, reachable
from enrollment.staff.access import COORDINATORS
from enrollment.staff.history import by_a_code, history_of, rows_of
from enrollment.staff.messages import kind_of, messages_for
from enrollment.staff.pages import StaffAct, StaffForm, StaffPage
from lms.accounts import privacy, rescue
from lms.accounts.models import ErasureRequest, MailboxRescue, User
from lms.decisions import DomainError
from lms.hooks import Panel, ask

ANSWER_WITHIN = 5  # working days, as the privacy notice promises
SHOWN = 50


class Requests(StaffPage, TemplateView):
    """What people have asked of the staff about their account, the oldest first."""

    page_title = gettext_lazy("Requests of people")
    header_icon = "user"
    template_name = "enrollment/staff/requests.html"

    def way(self):
        return []

    def get_context_data(self, **kwargs):
        user, at = self.request.user, self.request.at
        return super().get_context_data(
            erasures=[aged(one, at) for one in rules.open_erasures(user)],
            rescues=[aged(one, at) for one in rules.open_rescues(user)],
            answer_within=ANSWER_WITHIN,
            **kwargs,
        )


def aged(row, at: datetime) -> dict:
    """A request with its age in working days, and whether it is overdue."""
    days = working_days(row.asked_at, at)
    return {"row": row, "days": days, "is_late": days > ANSWER_WITHIN}


def working_days(since: datetime, at: datetime) -> int:
    """Mondays to Fridays that have begun (UTC) after the day of `since`."""
    day, count = since.date(), 0
    while (day := day + timedelta(days=1)) <= at.date():
        count += day.weekday() < 5
    return count


class OfOnePerson(StaffPage):
    @cached_property
    def person(self) -> User:
        return get_object_or_404(
            reachable(self.request.user, *self.roles), pk=self.kwargs["person_id"]
        )

    def way(self):
        return [(Requests.page_title, reverse("enrollment_staff:requests"))]

    @property
    def person_url(self) -> str:
        return reverse("enrollment_staff:person", args=[self.person.pk])

    def get_success_url(self):
        return self.person_url


class PersonPage(OfOnePerson, TemplateView):
    header_icon = "user"
    template_name = "enrollment/staff/person.html"

    def get_page_title(self):
        return str(self.person)

    def get_context_data(self, **kwargs):
        person, user, at = self.person, self.request.user, self.request.at
        programs = list(programs_with(person, user))
        applications = list(
            Application.objects.filter(person=person, edition__program__in=programs)
            .select_related("edition__program", "role")
            .order_by("-created_at")
        )
        places = list(
            Enrollment.objects.filter(person=person, edition__program__in=programs)
            .select_related("edition__program")
            .order_by("-confirmed_at")
        )
        letters = list(messages_for(user).filter(person=person).defer("text")[:SHOWN])
        others = chain(*ask("person_history", person, [one.pk for one in programs]))
        logged = [*rows_of(*applications), *places, *letters, *others]
        erasure = rules.open_erasures(user).filter(person=person).first()
        lost = rules.open_rescues(user).filter(person=person).first()
        return super().get_context_data(
            person=person,
            applications=applications,
            places=places,
            letters=[(one, kind_of(one.template)) for one in letters],
            panels=panels_of(person, programs, at),
            history=history_of(person, *logged, also=by_a_code(*applications)),
            erasure=erasure,
            can_erase=privacy.can_erase(erasure, at) if erasure else None,
            lost=lost,
            can_confirm=rules.can_confirm_rescue(lost, user) if lost else None,
            can_help=can_help(user, person),
            **kwargs,
        )


def panels_of(person, programs, at) -> list[tuple[str, Panel]]:
    panels = [one for program in programs for one in ask("person_panel", person, program.pk, at)]
    panels.sort(key=lambda panel: panel.order)
    return [(f"panel-{number}", panel) for number, panel in enumerate(panels)]


# -- the mailbox -------------------------------------------------------------------------


class RescueForm(forms.Form):
    new_email = forms.EmailField(max_length=254, label=gettext_lazy("New e-mail"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How you made sure that it is this person. It is logged."),
    )


class AskRescue(OfOnePerson, StaffForm):
    """The first of two: names the new address and the reason."""

    page_title = gettext_lazy("Another address for a lost mailbox")
    header_icon = "mail"
    form_class = RescueForm
    submit_label = gettext_lazy("Ask")
    success_message = gettext_lazy("Asked. Another member of staff confirms it.")

    def get_page_subtitle(self):
        return f"{self.person} · {self.person.email}"

    def way(self):
        return [*super().way(), (str(self.person), self.person_url)]

    def save(self, form):
        who, at = self.request.user, self.request.at
        can_help(who, self.person).require()
        rescue.ask_rescue(
            self.person,
            form.cleaned_data["new_email"],
            reason=form.cleaned_data["reason"],
            by=who,
            at=at,
        )


class AnswerRescue(OfOnePerson, StaffAct):
    @cached_property
    def lost(self) -> MailboxRescue:
        return get_object_or_404(self.person.rescues, pk=self.kwargs["pk"])


class ConfirmRescue(AnswerRescue):
    def act(self):
        rules.can_confirm_rescue(self.lost, self.request.user).require()
        rescue.confirm_rescue(self.lost, by=self.request.user, at=self.request.at)
        return _("Confirmed. Both addresses are told; the new one now proves itself by a code.")


class RefuseRescue(AnswerRescue):
    def act(self):
        can_help(self.request.user, self.person).require()
        reason = self.request.POST.get("reason", "")
        rescue.refuse_rescue(self.lost, reason=reason, by=self.request.user, at=self.request.at)
        return _("Refused. The account stays as it is.")


# -- erasure -----------------------------------------------------------------------------


class CarryOutErasure(OfOnePerson, StaffAct):
    """Carry out with one button what the person asked for; only what was asked for."""

    roles = COORDINATORS

    def act(self):
        request = get_object_or_404(
            ErasureRequest.objects.filter(person=self.person), pk=self.kwargs["pk"]
        )
        if self.request.POST.get("sure") != "yes":
            raise DomainError("not_sure", _("Tick that you are sure: this cannot be undone."))
        privacy.carry_out_erasure(request, by=self.request.user, at=self.request.at)
        return _("Erased.")

    def get_success_url(self):
        if self.person.erasure_requests.open().exists():
            return self.person_url
        return reverse("enrollment_staff:requests")
