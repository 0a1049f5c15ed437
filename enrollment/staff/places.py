"""Places, offers and the waitlist of the editions whose people one may read."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from enrollment.models import (
    Decision,
    Edition,
    Enrollment,
    EnrollmentStatus,
    FilteredList,
    Offer,
    OfferStatus,
    Outcome,
    Phase,
    PhaseProgress,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.pace import PACES, at_pace, paces_of
from enrollment.rules.decisions import is_open_case
from enrollment.staff.access import COORDINATORS, READERS, OfStaff, editions_for
from enrollment.staff.applications import ActsOnAll, find_people
from enrollment.staff.exports import PeopleExport
from enrollment.staff.filters import AnyOf, CountryFilter, OneOf, OneRow
from enrollment.staff.left_open import who_waits
from enrollment.staff.saved_filters import Keep, WithSavedFilters
from enrollment.staff.tables import InstantColumn, LinkColumn, PersonColumn, TextColumn


def _editions(request):
    return editions_for(request.user)


def _phases(request):
    return Phase.objects.filter(edition__in=editions_for(request.user)).select_related(
        "edition__program"
    )


class PhaseChoice(OneRow):
    """A phase, named with its edition."""

    @property
    def field(self):
        field = super().field
        field.label_from_instance = lambda phase: f"{phase.edition.title}: {phase}"
        return field


class PlaceFilters(WagtailFilterSet):
    edition = OneRow(label=_("Edition"), queryset=_editions)
    status = AnyOf(label=_("Status"), choices=EnrollmentStatus.choices)
    completed = PhaseChoice(label=_("Phase completed"), queryset=_phases, method="by_completed")
    not_completed = PhaseChoice(
        label=_("Phase not completed"), queryset=_phases, method="by_not_completed"
    )
    began = OneOf(
        label=_("Began"), choices=[("yes", _("yes")), ("no", _("no"))], method="by_beginning"
    )
    pace = OneOf(label=_("In the phase that runs"), choices=PACES, method="by_pace")
    country = CountryFilter(field_name="application__country")
    language = OneOf(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Enrollment
        fields = ["edition", "status", "language"]

    def by_completed(self, rows, name, phase):
        return rows.filter(_has_completed(phase))

    def by_not_completed(self, rows, name, phase):
        return rows.filter(~_has_completed(phase), edition=phase.edition_id)

    def by_beginning(self, rows, name, value):
        return rows.filter(first_opened_at__isnull=value == "no")

    def by_pace(self, rows, name, word):
        edition = self.form.cleaned_data.get("edition")
        chosen = [edition] if edition else editions_for(self.request.user)
        return rows.filter(at_pace(word, [one.pk for one in chosen], self.request.at))


def _has_completed(phase: Phase) -> Exists:
    done = PhaseProgress.objects.filter(phase=phase, completed_at__isnull=False)
    return Exists(done.filter(enrollment=OuterRef("pk")))


def completed_phases(place: Enrollment) -> str:
    done = [row for row in place.progress.all() if row.completed_at]
    return ", ".join(str(row.phase) for row in sorted(done, key=lambda row: row.phase.order))


def phase_of(place: Enrollment) -> str:
    return str(place.pace.phase) if place.pace else ""


def done_of(place: Enrollment) -> str:
    """“3 of 6”; empty where nothing counts in the phase."""
    progress = place.pace and place.pace.progress
    if not progress:
        return ""
    return str(_("%(done)s of %(required)s")) % vars(progress)


def pace_words(place: Enrollment) -> str:
    words = place.pace.words if place.pace else []
    return ", ".join(str(label) for word, label in PACES if word in words)


def last_seen(place: Enrollment):
    progress = place.pace and place.pace.progress
    return progress.last_seen if progress else place.first_opened_at


class ProgressColumn(TextColumn):
    """How much of the phase is done, with the phase and the pace beneath it."""

    def render_cell_html(self, instance, parent_context):
        beneath = " · ".join(filter(None, [phase_of(instance), pace_words(instance)]))
        return format_html("<td>{}<br><small>{}</small></td>", done_of(instance) or "—", beneath)


def country_of(place: Enrollment) -> str:
    return str(place.application.country.name) if place.application else ""


class PlaceListing(OfStaff, WithSavedFilters, ActsOnAll, PeopleExport, IndexView):
    """Who takes part, and how far they are; only coordinators take the list along."""

    model = Enrollment
    page_title = _("Places")
    header_icon = "group"
    index_url_name = "enrollment_staff:places"
    index_results_url_name = "enrollment_staff:places_results"
    filterset_class = PlaceFilters
    search_fields = ["application__family_names"]
    is_searchable = True
    paginate_by = 20
    default_ordering = "-confirmed_at"
    kept_as = FilteredList.PLACES
    keep_url_name = "enrollment_staff:keep_places_filter"
    export_action = "enrollment.export_places"
    export_filename = "places"
    any_permission_required = None
    results_template_name = "enrollment/staff/places_results.html"
    table_classname = "listing desk-listing"
    columns = [
        LinkColumn(
            "certificate_name",
            label=_("Name"),
            get_url=lambda one: reverse("enrollment_staff:place", args=[one.pk]),
            sort_key="certificate_name",
        ),
        TextColumn("edition", label=_("Edition"), accessor="edition.title"),
        TextColumn("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        TextColumn("country", label=_("Country"), accessor=country_of),
        TextColumn(
            "language", label=_("Language"), accessor="get_language_display", sort_key="language"
        ),
        ProgressColumn("progress", label=_("Progress")),
        InstantColumn("last_seen", label=_("Last activity"), accessor=last_seen),
        InstantColumn("confirmed_at", label=_("Confirmed"), sort_key="confirmed_at"),
    ]

    def get_base_queryset(self):
        roles = COORDINATORS if self.is_export else READERS
        rows = Enrollment.objects.visible_to(self.request.user, *roles)
        rows = rows.select_related("edition__program", "application", "person")
        return rows.prefetch_related("progress__phase")

    def order_queryset(self, queryset):
        return super().order_queryset(queryset).order_by(self.ordering, "-pk")

    def search_queryset(self, queryset):
        return find_people(queryset, self.search_query, "application__")

    def get_table(self, object_list):
        return super().get_table(self.rows_of(object_list))

    def rows_of(self, rows) -> list[Enrollment]:
        """The places, each with its `pace`, None where the person is in no phase."""
        rows = list(rows)
        paces = paces_of(rows, self.request.at)
        for row in rows:
            row.pace = paces.get(row.pk)
        return rows

    def headings(self):
        return [heading for heading, _value in FACTS]

    def cells_of(self, row):
        return [value(row) for _heading, value in FACTS]


class KeepFilter(Keep):
    listing = PlaceListing


def _count(place: Enrollment, name: str):
    progress = place.pace and place.pace.progress
    return getattr(progress, name) if progress else ""


def _told(name: str):
    return lambda place: getattr(place.application, name) if place.application else ""


FACTS = [
    (_("Edition"), lambda one: str(one.edition)),
    (_("Code"), _told("code")),
    (_("Given names"), _told("given_names")),
    (_("Family names"), _told("family_names")),
    (_("Name on the certificate"), lambda one: one.certificate_name),
    (_("E-mail"), lambda one: one.person.email),
    (_("Country"), country_of),
    (_("Institution"), _told("institution")),
    (_("Language"), lambda one: str(one.get_language_display())),
    (_("Status"), lambda one: str(one.get_status_display())),
    (_("Confirmed (UTC)"), lambda one: one.confirmed_at),
    (_("Began (UTC)"), lambda one: one.first_opened_at),
    (_("Phases completed"), completed_phases),
    (_("Phase"), phase_of),
    (_("Done in the phase"), lambda one: _count(one, "done")),
    (_("Needed to complete it"), lambda one: _count(one, "required")),
    (_("Pace"), pace_words),
    (_("Last activity (UTC)"), last_seen),
]


class OfferFilters(WagtailFilterSet):
    edition = OneRow(label=_("Edition"), queryset=_editions)
    status = AnyOf(label=_("Status"), choices=OfferStatus.choices)
    from_waitlist = OneOf(
        label=_("From the waitlist"), choices=[("true", _("yes")), ("false", _("no"))]
    )
    seat = OneOf(
        label=_("Seat"),
        choices=[("held", _("held for them")), ("raced", _("goes to whoever confirms first"))],
        method="by_seat",
    )
    country = CountryFilter(field_name="application__country")

    class Meta:
        model = Offer
        fields = ["edition", "status"]

    def by_seat(self, queryset, name, value):
        return (
            queryset.filter(holds_seat=True)
            if value == "held"
            else queryset.racing(self.request.at)
        )


def name_of(row) -> tuple[str, str]:
    return row.application.full_name, row.application.code


def page_of_application(row) -> str:
    return reverse("enrollment_staff:application", args=[row.application_id])


def from_waitlist(offer: Offer) -> object:
    if not offer.holds_seat:
        return _("yes, to confirm first")
    return _("yes") if offer.from_waitlist else ""


class OfferListing(OfStaff, IndexView):
    """Offers and their answers. An expired one is given again on its application's page."""

    model = Offer
    page_title = _("Offers")
    header_icon = "mail"
    index_url_name = "enrollment_staff:offers"
    index_results_url_name = "enrollment_staff:offers_results"
    filterset_class = OfferFilters
    search_fields = ["application__family_names"]
    is_searchable = True
    paginate_by = 20
    default_ordering = "respond_by"
    any_permission_required = None
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    columns = [
        PersonColumn("name", label=_("Name"), accessor=name_of, get_url=page_of_application),
        TextColumn("edition", label=_("Edition"), accessor="edition.title"),
        TextColumn("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        TextColumn(
            "from_waitlist",
            label=_("From the waitlist"),
            accessor=from_waitlist,
        ),
        InstantColumn("visible_at", label=_("Visible from"), sort_key="visible_at"),
        InstantColumn("respond_by", label=_("Respond by"), sort_key="respond_by"),
        InstantColumn("answered_at", label=_("Answered"), sort_key="answered_at"),
    ]

    def get_base_queryset(self):
        rows = Offer.objects.visible_to(self.request.user, *READERS)
        return rows.select_related("edition__program", "application")

    def order_queryset(self, queryset):
        return queryset.order_by(self.ordering, "-pk")

    def search_queryset(self, queryset):
        return find_people(queryset, self.search_query, "application__")


def state_of_wait(decision: Decision, at: datetime) -> str:
    application = decision.application
    offer = getattr(application, "offer", None)
    if offer and offer.is_outrun(at):
        return str(_("waiting; others were faster"))
    if offer and not offer.holds_seat and offer.status == OfferStatus.PENDING:
        return str(_("called to confirm first"))
    if offer:
        return str(_("called: %(state)s")) % {"state": offer.get_status_display()}
    if getattr(application, "enrollment", None):
        return str(_("has a place"))
    return str(_("waiting; cannot be called yet") if is_open_case(application) else _("waiting"))


class WaitlistListing(OfStaff, IndexView):
    """One edition's waitlist in the order of its ranks, with who was called."""

    model = Decision
    page_title = _("Waitlist")
    header_icon = "list-ol"
    any_permission_required = None
    template_name = "enrollment/staff/waitlist.html"
    results_template_name = "enrollment/staff/listing_results.html"
    table_classname = "listing desk-listing"
    is_searchable = False
    paginate_by = 50
    default_ordering = "waitlist_rank"

    @cached_property
    def columns(self):
        state = partial(state_of_wait, at=self.request.at)
        return [
            TextColumn("waitlist_rank", label=_("Rank"), sort_key="waitlist_rank"),
            PersonColumn("name", label=_("Name"), accessor=name_of, get_url=page_of_application),
            TextColumn("score", label=_("Score"), accessor="application.score"),
            TextColumn(
                "eligibility",
                label=_("Eligibility"),
                accessor="application.get_eligibility_display",
            ),
            TextColumn(
                "match", label=_("Alumni match"), accessor="application.get_alumni_match_display"
            ),
            TextColumn("state", label=_("State"), accessor=state),
        ]

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(editions_for(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        return str(self.edition.title)

    def get_context_data(self, **kwargs):
        at = self.request.at
        return super().get_context_data(
            edition=self.edition,
            waits=who_waits(self.edition, at),
            is_released=self.edition.is_released(at),
            **kwargs,
        )

    def get_index_url(self):
        return reverse("enrollment_staff:waitlist", args=[self.edition.pk])

    def get_index_results_url(self):
        return None

    def get_base_queryset(self):
        rows = Decision.objects.filter(
            edition=self.edition,
            is_current=True,
            outcome=Outcome.WAITLISTED,
            application__status__in=IN_SELECTION,
        )
        rows = rows.select_related("application__offer", "application__enrollment")
        return rows.select_related("application__edition__program")
