"""The applications of the editions whose people one may read: found, chosen, taken along."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

import django_filters
from django.conf import settings
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, NumberRangeWidget, WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from enrollment.forms.applications import COLUMNS, words_of
from enrollment.forms.definitions import answered, form_of, into
from enrollment.forms.files import FILE
from enrollment.models import (
    AlumniMatch,
    ApplicantRole,
    Application,
    ApplicationStatus,
    Edition,
    Eligibility,
    FilteredList,
    Gender,
    Outcome,
    ReadingPlan,
    RegistrationWindow,
    UploadedAnswer,
    Workplace,
)
from enrollment.models.applications import DUPLICATE_OPEN, IN_SELECTION, MATCH_OPEN
from enrollment.names import normal_text
from enrollment.queries import READ, with_readings
from enrollment.staff.access import COORDINATORS, READERS, OfStaff, editions_for
from enrollment.staff.exports import PeopleExport
from enrollment.staff.filters import (
    NOT_SAID,
    Answered,
    AnyOf,
    CountryFilter,
    OneOf,
    OneRow,
)
from enrollment.staff.saved_filters import Keep, WithSavedFilters
from enrollment.staff.tables import ChooseColumn, InstantColumn, PersonColumn, TextColumn

UNDECIDED = "undecided"
OUTCOMES = [*Outcome.choices, (UNDECIDED, _("no decision yet"))]
READINGS = [
    ("read", _("read by as many as are needed")),
    ("begun", _("read by fewer")),
    ("unread", _("read by nobody")),
    ("unfinished", _("read by fewer than are needed, or by nobody")),
    ("disputed", _("with readings that differ")),
]
FOUND_BY = ("given_names", "family_names", "institution", "person__email", "code")


def applications_for(user, *roles: str) -> QuerySet[Application]:
    """Applications with their current outcome and rank, as `outcome` and `rank`."""
    return with_outcome(Application.objects.visible_to(user, *(roles or READERS)))


def with_outcome(rows: QuerySet[Application]) -> QuerySet[Application]:
    """The same where they have them; a second call changes nothing."""
    if "outcome" in rows.query.annotations:
        return rows
    current = FilteredRelation("decisions", condition=Q(decisions__is_current=True))
    rows = rows.annotate(current=current)
    return rows.annotate(outcome=F("current__outcome"), rank=F("current__waitlist_rank"))


def find_people(rows: QuerySet, text: str, path: str = "") -> QuerySet:
    """Rows of whose application, itself or at `path` (`application__`), every word is found: in
    names, institution, address or code; accents and capitals make no difference where the names
    have been computed."""
    for word in text.split():
        raw = {field: Q(**{f"{path}{field}__icontains": word}) for field in FOUND_BY}
        found = raw.pop("person__email") | raw.pop("code")
        as_written = reduce(or_, raw.values())
        if plain := normal_text(word):
            found |= Q(**{f"{path}search_text__contains": plain})
            as_written &= Q(**{f"{path}search_text": ""})  # what is computed holds them too
        found |= as_written
        rows = rows.filter(found)
    return rows


def shown_outcome(application) -> str:
    if not application.outcome:
        return ""
    label = str(Outcome(application.outcome).label)
    return f"{label} ({application.rank})" if application.rank else label


def begins_at(day: date, zone: tzinfo) -> datetime:
    """The instant at which a day begins there."""
    return datetime.combine(day, time.min, zone)


def needs_a_look() -> Q:
    """What the rules leave to people before anybody can be selected."""
    return Q(eligibility=Eligibility.NEEDS_PROOF) | Q(
        eligibility=Eligibility.ELIGIBLE,
        edition__program__needs_alumni=True,
        alumni_match__in=MATCH_OPEN,
    )


def proof_to_see() -> Q:
    """Where what the applicant wrote of the earlier course waits for somebody to look at it."""
    return needs_a_look() & Q(course_proof__isnull=False, course_proof__seen_at=None)


def _editions(request) -> QuerySet[Edition]:
    return editions_for(request.user)


def _roles(request) -> QuerySet[ApplicantRole]:
    return ApplicantRole.objects.filter(program__editions__in=editions_for(request.user)).distinct()


class ApplicationFilters(WagtailFilterSet):
    edition = OneRow(label=_("Edition"), queryset=_editions)
    status = AnyOf(label=_("Status"), choices=ApplicationStatus.choices)
    outcome = AnyOf(label=_("Outcome"), choices=OUTCOMES, method="by_outcome")
    eligibility = AnyOf(label=_("Eligibility"), choices=Eligibility.choices)
    alumni_match = AnyOf(label=_("Alumni match"), choices=AlumniMatch.choices)
    country = CountryFilter()
    role = OneRow(label=_("Role"), queryset=_roles, null_label=_("not said"), null_value=NOT_SAID)
    workplace = Answered(label=_("Workplace"), choices=Workplace.choices)
    gender = Answered(label=_("Gender"), choices=Gender.choices)
    language = Answered(label=_("Language"), choices=settings.LANGUAGES)
    open = OneOf(
        label=_("Still to be settled"),
        choices=[("yes", _("only what is open"))],
        method="by_openness",
    )
    proof = OneOf(
        label=_("Proof of the earlier course"),
        choices=[("open", _("only those to be settled")), ("yes", _("all who wrote"))],
        method="by_proof",
    )
    duplicates = OneOf(
        label=_("Likely duplicates"),
        choices=[
            ("open", _("only those to be settled")),
            ("yes", _("only likely duplicates")),
            ("no", _("without likely duplicates")),
        ],
        method="by_duplicates",
    )
    by_hand = OneOf(
        label=_("Decided by hand"), choices=[("yes", _("only exceptions"))], method="by_exception"
    )
    reading = OneOf(label=_("Reading"), choices=READINGS, method="by_reading")
    submitted = django_filters.DateFromToRangeFilter(
        label=_("Submitted on"), widget=DateRangePickerWidget, method="by_day"
    )
    score = django_filters.RangeFilter(label=_("Score"), widget=NumberRangeWidget)

    class Meta:
        model = Application
        fields = ["edition", "status", "eligibility", "alumni_match", "role"]

    def by_outcome(self, rows, name, values):
        wanted = Q(outcome__in=[value for value in values if value != UNDECIDED])
        if UNDECIDED in values:
            wanted |= Q(outcome=None)
        return with_outcome(rows).filter(wanted) if values else rows

    def by_openness(self, rows, name, value):
        return rows.filter(needs_a_look(), status__in=IN_SELECTION)

    def by_proof(self, rows, name, value):
        rows = rows.filter(course_proof__isnull=False)
        return rows.filter(proof_to_see(), status__in=IN_SELECTION) if value == "open" else rows

    def by_duplicates(self, rows, name, value):
        if value == "open":
            return rows.filter(DUPLICATE_OPEN)
        return rows.filter(duplicate_of__isnull=value == "no")

    def by_reading(self, rows, name, value):
        """By what the plan of each edition says is enough."""
        edition = self.form.cleaned_data.get("edition")
        editions = [edition] if edition else editions_for(self.request.user)
        found = Q(pk=None)
        for plan in ReadingPlan.objects.filter(edition__in=editions):
            wanted = with_readings(plan, self.request.at).filter(READ[value])
            found |= Q(pk__in=wanted.values("pk"))
        return rows.filter(found)

    def by_day(self, rows, name, days):
        """Days as they were announced: in the zone of the edition's deadlines; without an edition,
        in UTC."""
        edition = self.form.cleaned_data.get("edition")
        zone = ZoneInfo(edition.deadline_zone) if edition else UTC
        if days.start:
            rows = rows.filter(submitted_at__gte=begins_at(days.start.date(), zone))
        if days.stop and days.stop.date() < date.max:
            rows = rows.filter(submitted_at__lt=begins_at(days.stop.date() + timedelta(1), zone))
        return rows

    def by_exception(self, rows, name, value):
        return with_outcome(rows).exclude(current__reason="").exclude(current=None)


class ActsOnAll:
    """A listing whose filtered rows coordinators act on: its filters are carried along."""

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        kept = self.request.GET.copy()
        for name in ("p", "export", "_w_filter_fragment"):
            kept.pop(name, None)
        context["kept"] = [(name, value) for name, values in kept.lists() for value in values]
        context["may_act"] = self.show_export_buttons
        return context


class ApplicationListing(OfStaff, WithSavedFilters, ActsOnAll, PeopleExport, IndexView):
    """Applications as a Wagtail listing; only coordinators take them along as a spreadsheet."""

    model = Application
    page_title = _("Applications")
    header_icon = "form"
    template_name = "enrollment/staff/applications.html"
    results_template_name = "enrollment/staff/applications_results.html"
    index_url_name = "enrollment_staff:applications"
    index_results_url_name = "enrollment_staff:applications_results"
    filterset_class = ApplicationFilters
    search_fields = FOUND_BY
    is_searchable = True
    paginate_by = 20
    default_ordering = "-submitted_at"
    kept_as = FilteredList.APPLICATIONS
    keep_url_name = "enrollment_staff:keep_applications_filter"
    export_action = "enrollment.export_applications"
    export_filename = "applications"
    any_permission_required = None
    table_classname = "listing desk-listing"

    columns = [
        ChooseColumn("choose", label=_("Choose")),
        PersonColumn(
            "name",
            label=_("Name"),
            accessor=lambda one: (one.full_name, one.code),
            get_url=lambda one: reverse("enrollment_staff:application", args=[one.pk]),
            sort_key="family_names",
        ),
        TextColumn("country", label=_("Country"), accessor="country.name", sort_key="country"),
        TextColumn("role", label=_("Role"), sort_key="role__sort_order"),
        TextColumn("workplace", label=_("Workplace"), accessor="get_workplace_display"),
        TextColumn("status", label=_("Status"), accessor="get_status_display", sort_key="status"),
        TextColumn(
            "eligibility",
            label=_("Eligibility"),
            accessor="get_eligibility_display",
            sort_key="eligibility",
        ),
        TextColumn(
            "alumni_match",
            label=_("Alumni match"),
            accessor="get_alumni_match_display",
            sort_key="alumni_match",
        ),
        TextColumn("score", label=_("Score"), sort_key="score"),
        TextColumn("outcome", label=_("Outcome"), accessor=shown_outcome, sort_key="rank"),
        InstantColumn("submitted_at", label=_("Submitted"), sort_key="submitted_at"),
    ]

    def get_base_queryset(self):
        if self.is_export:
            rows = applications_for(self.request.user, *COORDINATORS)
            return rows.select_related("role", "person", "edition__program")
        return Application.objects.visible_to(self.request.user, *READERS)

    def order_queryset(self, queryset):
        name = self.ordering or self.default_ordering
        if name.lstrip("-") == "rank":
            queryset = with_outcome(queryset)
        by = F(name.lstrip("-"))
        is_down = name.startswith("-")
        by = by.desc(nulls_last=True) if is_down else by.asc(nulls_last=True)
        return queryset.order_by(by, "-pk")

    def search_queryset(self, queryset):
        return find_people(queryset, self.search_query) if self.is_searching else queryset

    def paginate_queryset(self, queryset, page_size):
        """Rows are counted, ordered and chosen by their keys alone: what the page shows of them is
        read for the page."""
        found = queryset.values_list("pk", flat=True)
        if self.is_searching:  # a search reads all rows: once, not again to count them
            found = list(found)
        paginator, page, _keys, is_paginated = super().paginate_queryset(found, page_size)
        keys = list(page.object_list)
        shown = applications_for(self.request.user).select_related("role", "edition")
        rows = shown.defer("answers", "draft").in_bulk(keys)
        page.object_list = [rows[key] for key in keys if key in rows]
        return paginator, page, page.object_list, is_paginated

    @cached_property
    def edition(self) -> Edition | None:
        """The one edition that the listing is filtered by."""
        return self.is_filtering and self.filters.form.cleaned_data.get("edition") or None

    def get_page_subtitle(self):
        return str(self.edition.title) if self.edition else ""

    # -- the spreadsheet -------------------------------------------------------------------

    @cached_property
    def asked(self) -> dict[str, tuple[str, dict[str, str]]]:
        """The fields of the forms that have no column, by id: their label, and the words of what
        is stored as a code."""
        editions = [self.edition] if self.edition else editions_for(self.request.user)
        language = self.request.LANGUAGE_CODE
        found: dict[str, tuple[str, dict[str, str]]] = {}
        for window in RegistrationWindow.objects.filter(edition__in=editions):
            for field in answered(form_of(window)):
                if field["id"] in COLUMNS or field["kind"] == "role":
                    continue
                known = found.get(field["id"], ("", {}))[1]
                label = into(field.get("label"), language)
                words = self.names_of_files if field["kind"] == FILE else words_of(field, language)
                found[field["id"]] = (label, {**known, **words})
        return found

    @cached_property
    def names_of_files(self) -> dict[str, str]:
        """The files that were sent with the editions' applications, by what the answers hold."""
        editions = [self.edition] if self.edition else editions_for(self.request.user)
        rows = UploadedAnswer.objects.filter(application__edition__in=editions)
        return dict(rows.order_by().values_list("key", "name"))

    def headings(self):
        asked = [label for label, _words in self.asked.values()]
        return [*(heading for heading, _value in FACTS), *asked]

    def cells_of(self, row):
        answers = [
            in_words(row.answers.get(name, ""), words)
            for name, (_label, words) in self.asked.items()
        ]
        return [*(value(row) for _heading, value in FACTS), *answers]


class KeepFilter(Keep):
    listing = ApplicationListing


def in_words(answer, words: dict[str, str]):
    """An answer of the form, its codes in words."""
    if isinstance(answer, list):
        return "; ".join(words.get(str(one), str(one)) for one in answer)
    return words.get(str(answer), answer)


FACTS = [
    (_("Edition"), lambda one: str(one.edition)),
    (_("Code"), lambda one: one.code),
    (_("Given names"), lambda one: one.given_names),
    (_("Family names"), lambda one: one.family_names),
    (_("Name on the certificate"), lambda one: one.certificate_name),
    (_("E-mail"), lambda one: one.person.email if one.person else ""),
    (_("Country"), lambda one: str(one.country.name)),
    (_("Role"), lambda one: str(one.role or "")),
    (_("Institution"), lambda one: one.institution),
    (_("Workplace"), lambda one: str(one.get_workplace_display())),
    (_("Gender"), lambda one: str(one.get_gender_display())),
    (_("Language"), lambda one: str(one.get_language_display())),
    (_("Status"), lambda one: str(one.get_status_display())),
    (_("Submitted (UTC)"), lambda one: one.submitted_at),
    (_("Edited (UTC)"), lambda one: one.edited_at),
    (_("Eligibility"), lambda one: str(one.get_eligibility_display())),
    (_("Alumni match"), lambda one: str(one.get_alumni_match_display())),
    (_("Likely duplicate"), lambda one: str(_("yes")) if one.duplicate_of_id else ""),
    (_("Score"), lambda one: one.score),
    (_("Outcome"), lambda one: str(Outcome(one.outcome).label) if one.outcome else ""),
    (_("Rank on the waitlist"), lambda one: one.rank),
]
