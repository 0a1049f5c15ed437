"""What the site wrote to the people of a program, and what became of it. Mails that carry a code
are in no list."""

from __future__ import annotations

import django_filters
from django.conf import settings
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.forms import HiddenInput
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from enrollment.models import Program
from enrollment.services.messages import settle_message
from enrollment.staff.access import COORDINATORS, READERS, editions_for
from enrollment.staff.history import history_of
from enrollment.staff.pages import StaffAct, StaffPage
from enrollment.staff.tables import InstantColumn, LinkColumn, TextColumn
from enrollment.staff.wordings import address_of
from lms.mail import services
from lms.mail.compose import reference
from lms.mail.kinds import kinds
from lms.mail.models import RESENDABLE, UNDELIVERED, MessageStatus, OutgoingMessage


def kind_of(template: str) -> str:
    """What a message is, in words; where nobody has named it, its template's name."""
    kind = kinds().get(template)
    return str(kind.words) if kind else template.rpartition("/")[2].replace("_", " ")


def messages_for(user, *roles: str) -> QuerySet[OutgoingMessage]:
    """The letters of the programs in which the user reads about people."""
    programs = Program.objects.visible_to(user, *(roles or READERS))
    rows = OutgoingMessage.objects.letters().filter(scope__in=programs.values("slug"))
    return rows.exclude(scope="").select_related("person")


def _programs(request):
    return Program.objects.visible_to(request.user, *READERS)


def _editions(request):
    return editions_for(request.user)


class StateColumn(TextColumn):
    """What became of a message, and the server's words where they say why."""

    def render_cell_html(self, instance, parent_context):
        words = "" if instance.status == MessageStatus.ACCEPTED else instance.error
        seen_to = _("seen to") if instance.settled_at else ""
        small = format_html("<br><small>{}</small>", words) if words else ""
        state = " · ".join(filter(None, (instance.get_status_display(), seen_to)))
        return format_html("<td>{}{}</td>", state, small)


class MessageFilters(WagtailFilterSet):
    program = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Program"), queryset=_programs, method="by_program"
    )
    edition = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Edition"), queryset=_editions, method="by_edition"
    )
    mailing = django_filters.NumberFilter(field_name="mailing__pk", widget=HiddenInput)
    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=MessageStatus.choices
    )
    template = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=[])
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES
    )

    class Meta:
        model = OutgoingMessage
        fields = ["program", "edition", "mailing", "status", "template", "language"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        found = messages_for(self.request.user).order_by("template").values_list("template")
        names = [name for (name,) in found.distinct()]
        self.filters["template"].extra["choices"] = [(name, kind_of(name)) for name in names]

    def by_program(self, rows, name, program):
        return rows.filter(scope=program.slug)

    def by_edition(self, rows, name, edition):
        return rows.filter(within=reference(edition))


def language_of(message: OutgoingMessage) -> str:
    return dict(settings.LANGUAGES).get(message.language, message.language)


class Messages(StaffPage, IndexView):
    """Messages whose fate is uncertain come first: a person has to look at them."""

    model = OutgoingMessage
    page_title = gettext_lazy("Messages")
    header_icon = "mail"
    template_name = "enrollment/staff/messages.html"
    results_template_name = "enrollment/staff/listing_results.html"
    index_url_name = "enrollment_staff:messages"
    index_results_url_name = "enrollment_staff:messages_results"
    filterset_class = MessageFilters
    search_fields = ["to", "subject", "person__email"]
    is_searchable = True
    paginate_by = 25
    any_permission_required = None
    show_export_buttons = False
    columns = [
        LinkColumn(
            "subject",
            label=gettext_lazy("Subject"),
            get_url=lambda one: reverse("enrollment_staff:message", args=[one.pk]),
        ),
        TextColumn("to", label=gettext_lazy("To"), sort_key="to"),
        TextColumn("kind", label=gettext_lazy("Kind"), accessor=lambda one: kind_of(one.template)),
        StateColumn("state", label=gettext_lazy("State")),
        TextColumn("language", label=gettext_lazy("Language"), accessor=language_of),
        InstantColumn("created_at", label=gettext_lazy("Written"), sort_key="created_at"),
        InstantColumn("sent_at", label=gettext_lazy("Sent"), sort_key="sent_at"),
    ]

    def way(self):
        return []

    def get_base_queryset(self):
        return messages_for(self.request.user).defer("text")

    def order_queryset(self, queryset):
        if self.ordering:
            return queryset.order_by(self.ordering, "-pk")
        is_uncertain = When(status=MessageStatus.UNCERTAIN, then=Value(0))
        first = Case(is_uncertain, default=Value(1), output_field=IntegerField())
        return queryset.order_by(first, "-created_at", "-pk")

    def get_context_data(self, *args, **kwargs):
        uncertain = messages_for(self.request.user).filter(status=MessageStatus.UNCERTAIN)
        return super().get_context_data(*args, uncertain=uncertain.count(), **kwargs)


class OfOneMessage(StaffPage):
    @cached_property
    def message(self) -> OutgoingMessage:
        return get_object_or_404(messages_for(self.request.user, *self.roles), pk=self.kwargs["pk"])

    def way(self):
        return [(Messages.page_title, reverse("enrollment_staff:messages"))]


class Message(OfOneMessage, TemplateView):
    """One message as it was written, and what the mail server said."""

    header_icon = "mail"
    template_name = "enrollment/staff/message.html"

    def get_page_title(self):
        return self.message.subject or _("Message")

    def get_context_data(self, **kwargs):
        message = self.message
        own = messages_for(self.request.user, *COORDINATORS)
        may_act = own.filter(pk=message.pk).exists()
        return super().get_context_data(
            message=message,
            kind=kind_of(message.template),
            language=language_of(message),
            may_resend=may_act and message.status in RESENDABLE,
            wording_url=self.wording_url(),
            may_settle=may_act and message.status in UNDELIVERED and not message.settled_at,
            copy=OutgoingMessage.objects.filter(instead_of=message).first(),
            history=history_of(message),
            is_uncertain=message.status == MessageStatus.UNCERTAIN,
            **kwargs,
        )

    def wording_url(self) -> str:
        """Where coordinators change what such mails say; "" for others, and for the site's."""
        own = Program.objects.visible_to(self.request.user, *COORDINATORS)
        program = own.filter(slug=self.message.scope).first()
        kind = kinds().get(self.message.template)
        return address_of(program, kind) if program and kind and kind.placeholders else ""


class ResendMessage(OfOneMessage, StaffAct):
    """Send again by hand, with the same Message-ID."""

    roles = COORDINATORS

    def act(self):
        services.resend(self.message, by=self.request.user, at=self.request.at)
        return _("The message is queued again.")

    def get_success_url(self):
        return reverse("enrollment_staff:message", args=[self.message.pk])


class SettleMessage(OfOneMessage, StaffAct):
    """Note that somebody has seen to a letter that did not arrive."""

    roles = COORDINATORS

    def act(self):
        reason = self.request.POST.get("reason", "")
        settle_message(self.message, by=self.request.user, at=self.request.at, reason=reason)
        return _("Noted.")

    def get_success_url(self):
        return reverse("enrollment_staff:message", args=[self.message.pk])
