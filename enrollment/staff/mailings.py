"""Letters to many, as the staff see them: how far each is, what became of its first letters, the
button that stops it and the one that lets it go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from enrollment.models import Edition, Program
from enrollment.services import messages
from enrollment.staff.access import READERS
from enrollment.staff.history import history_of
from enrollment.staff.messages import kind_of
from enrollment.staff.pages import ReasonForm, StaffForm, StaffPage
from lms.mail import mailings as services
from lms.mail.compose import reference
from lms.mail.mailings import Progress, progress_of
from lms.mail.models import Mailing, OutgoingMessage

SHOWN = 50
OUTCOMES = "enrollment/mail/outcomes"


def mailings_for(user, *roles: str) -> QuerySet[Mailing]:
    """Those of the programs in which the user reads about people."""
    programs = Program.objects.visible_to(user, *(roles or READERS))
    rows = Mailing.objects.filter(_has_letters(), scope__in=programs.values("slug"))
    return rows.exclude(scope="")


def _has_letters(**fields) -> Exists:
    return Exists(OutgoingMessage.objects.filter(mailing=OuterRef("pk"), **fields))


def _has_waiting() -> Exists:
    return _has_letters(status__in=services.UNANSWERED)


@dataclass(frozen=True)
class Shown:
    """A mailing as it is listed. `edition` is what it is about, where that is still there."""

    mailing: Mailing
    kind: str
    edition: Edition | None
    progress: Progress

    @property
    def state(self) -> str:
        return _("finished") if self.progress.is_over else self.mailing.get_state_display()

    @property
    def zone(self) -> str:
        return self.edition.ruling_zone if self.edition else "UTC"

    @property
    def may_stop(self) -> bool:
        return bool(services.can_stop(self.mailing, self.progress.queued))

    @property
    def may_go_on(self) -> bool:
        return bool(services.can_go_on(self.mailing, self.progress.waiting))


def shown(rows: list[Mailing], at: datetime) -> list[Shown]:
    """With a fixed number of queries."""
    progress, editions = progress_of(rows, at), _editions_of(rows)
    return [Shown(one, name_of(one), editions.get(one.within), progress[one.pk]) for one in rows]


def name_of(mailing: Mailing) -> str:
    name = _("outcomes of the release") if mailing.kind == OUTCOMES else kind_of(mailing.kind)
    return capfirst(name)


def _editions_of(rows: list[Mailing]) -> dict[str, Edition]:
    named = (one.within.partition(":") for one in rows)
    keys = {int(key) for model, _colon, key in named if model == "edition" and key}
    editions = Edition.objects.filter(pk__in=keys).select_related("program")
    return {reference(edition): edition for edition in editions}


def of_edition(edition: Edition, at: datetime) -> list[Shown]:
    """What the page of the edition's selection says: the letters of its release, and whatever has
    not left whole."""
    rows = Mailing.objects.filter(within=reference(edition), scope=edition.program.slug)
    rows = rows.filter(Q(_has_waiting()) | Q(_has_letters(), kind=OUTCOMES))
    return shown(list(rows[:SHOWN]), at)


def waiting_for_a_person(user, at: datetime) -> list[Shown]:
    """The held and the stopped ones of which letters have not left."""
    rows = mailings_for(user).filter(_has_waiting(), state__in=services.WAIT_FOR_A_PERSON)
    return shown(list(rows[:SHOWN]), at)


class Mailings(StaffPage, TemplateView):
    page_title = gettext_lazy("Mailings")
    header_icon = "mail"
    template_name = "enrollment/staff/mailings.html"

    def way(self):
        return []

    def get_context_data(self, **kwargs):
        rows = list(mailings_for(self.request.user)[:SHOWN])
        return super().get_context_data(rows=shown(rows, self.request.at), **kwargs)


class MailingPage(StaffPage, StaffForm):
    """How far one is. A coordinator stops it or lets it go on, with a reason."""

    header_icon = "mail"
    template_name = "enrollment/staff/mailing.html"
    form_class = ReasonForm

    @cached_property
    def mailing(self) -> Mailing:
        return get_object_or_404(mailings_for(self.request.user), pk=self.kwargs["pk"])

    @cached_property
    def is_coordinator(self) -> bool:
        return bool(messages.decides_on(self.mailing, self.request.user))

    @cached_property
    def shown(self) -> Shown:
        return shown([self.mailing], self.request.at)[0]

    def get_page_title(self):
        return self.shown.kind

    def get_page_subtitle(self):
        return str(self.shown.edition or "")

    def way(self):
        return [(Mailings.page_title, reverse("enrollment_staff:mailings"))]

    def post(self, request, *args, **kwargs):
        if not self.is_coordinator:
            raise Http404
        return super().post(request, *args, **kwargs)

    def save(self, form):
        act, said, said_before = ACTS.get(self.request.POST.get("act"), (None, "", ""))
        if act is None:
            raise Http404
        by, reason = self.request.user, form.cleaned_data["reason"]
        done = act(self.mailing, by=by, at=self.request.at, reason=reason)
        self.success_tells = said if done else said_before

    def get_success_url(self):
        return reverse("enrollment_staff:mailing", args=[self.mailing.pk])

    def get_context_data(self, **kwargs):
        first = self.mailing.messages.filter(is_canary=True).select_related("person")
        return super().get_context_data(
            one=self.shown,
            first=first.defer("text").order_by("-error", "pk"),
            is_coordinator=self.is_coordinator,
            quiet=int(services.quiet().total_seconds() // 60),
            history=history_of(self.mailing),
            messages_url=f"{reverse('enrollment_staff:messages')}?mailing={self.mailing.pk}",
            **kwargs,
        )


ACTS = {
    "stop": (
        messages.stop_mailing,
        gettext_lazy("Stopped. What was just leaving has left."),
        gettext_lazy("It was stopped before: nothing was changed."),
    ),
    "go_on": (
        messages.let_go_on,
        gettext_lazy("It goes on."),
        gettext_lazy("It was going already: nothing was changed."),
    ),
}
