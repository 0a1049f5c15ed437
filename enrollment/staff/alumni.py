"""The list of alumni: imports with what was set aside, and the list itself."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime

import django_filters
from django import forms
from django.db.models import Count, Min
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.generic import IndexView

from enrollment import alumni_doubts as doubts
from enrollment.models import AlumniImport, Alumnus
from enrollment.services import alumni
from enrollment.staff.exports import BYTE_ORDER_MARK, harmless
from enrollment.staff.pages import OfOneProgram, StaffAct, StaffForm
from enrollment.staff.tables import TextColumn
from lms import journal

FIELD_NAMES = {
    "name": gettext_lazy("Full name"),
    "given_names": gettext_lazy("Given names"),
    "family_names": gettext_lazy("Family names"),
    "email": gettext_lazy("E-mail"),
    "country": gettext_lazy("Country"),
    "edition": gettext_lazy("Course or edition"),
    "status": gettext_lazy("Status: completed or not"),
}
SHOWN = 200
STATUSES = 20
LOOKED_AT = 10_000  # rows whose status is none
ASK_AGAIN = 5  # seconds


class OfAlumni(OfOneProgram):
    def way(self):
        return [*super().way(), (AlumniListing.page_title, self.url_of("alumni"))]

    def url_of(self, name: str, *args) -> str:
        return reverse(f"enrollment_staff:{name}", args=[self.program.pk, *args])


class AlumniFilters(WagtailFilterSet):
    status = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"), choices=Alumnus.Status.choices
    )

    class Meta:
        model = Alumnus
        fields = ["status"]


class AlumniListing(OfAlumni, IndexView):
    """Everybody on the list of the program."""

    model = Alumnus
    page_title = gettext_lazy("List of alumni")
    header_icon = "list-ul"
    template_name = "enrollment/staff/alumni.html"
    filterset_class = AlumniFilters
    search_fields = ["name", "email", "country"]
    is_searchable = True
    paginate_by = 50
    default_ordering = "name"
    any_permission_required = None
    show_export_buttons = False
    columns = [
        TextColumn("name", label=gettext_lazy("Name"), sort_key="name"),
        TextColumn("email", label=gettext_lazy("E-mail"), sort_key="email"),
        TextColumn("country", label=gettext_lazy("Country"), sort_key="country"),
        TextColumn("edition", label=gettext_lazy("Course or edition"), sort_key="edition"),
        TextColumn("status", label=gettext_lazy("Status"), accessor="get_status_display"),
        TextColumn("line", label=gettext_lazy("Line")),
        TextColumn("source", label=gettext_lazy("File"), accessor="source.file_name"),
    ]

    def way(self):
        return OfOneProgram.way(self)

    def get_index_url(self):
        return self.url_of("alumni")

    def get_index_results_url(self):
        return self.url_of("alumni_results")

    def get_base_queryset(self):
        return self.program.alumni.select_related("source").defer("raw", "source__content")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("List, as CSV or Excel workbook (.xlsx)"),
        help_text=gettext_lazy(
            "With one row of headers, at most 10 MB. Names of columns are understood in Spanish,"
            " Portuguese and English; others are asked for."
        ),
        error_messages={"empty": alumni.REFUSALS["empty"]},
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )


class Imports(OfAlumni, StaffForm):
    """Every file that was imported, and the form for the next one."""

    page_title = gettext_lazy("Imports of alumni")
    header_icon = "upload"
    template_name = "enrollment/staff/imports.html"
    form_class = UploadForm
    submit_label = gettext_lazy("Import")
    success_message = gettext_lazy("The file was received.")

    def save(self, form):
        given = form.cleaned_data["file"]
        self.source = alumni.receive_file(
            self.program,
            given.name,
            given.read(alumni.files.MAX_BYTES + 1),
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        name = "import_columns" if self.source.awaits_columns else "import"
        return self.url_of(name, self.source.pk)

    def get_context_data(self, **kwargs):
        sources = self.program.alumni_imports.select_related("by").defer("content")
        undone = journal.history(self.program).filter(action="enrollment.undo_import")
        return super().get_context_data(sources=sources, undone=undone[:SHOWN], **kwargs)


class OfOneImport(OfAlumni):
    @cached_property
    def source(self) -> AlumniImport:
        rows = self.program.alumni_imports.select_related("by", "program")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def way(self):
        return [*super().way(), (Imports.page_title, self.url_of("imports"))]

    def get_page_title(self):
        return self.source.file_name


ALL_COMPLETED = "all"


class ColumnsForm(forms.Form):
    """Which column of the file is what. Who completed is never taken for granted: it has no choice
    that is made already."""

    def __init__(self, *args, source: AlumniImport, **options):
        super().__init__(*args, **options)
        headers = [
            (str(place), header or _("column %(number)s") % {"number": place + 1})
            for place, header in enumerate(source.headers)
        ]
        guessed = alumni.files.guess_columns(source.headers)
        for name, label in FIELD_NAMES.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", _("not in the file")), *headers],
                required=False,
                initial=guessed.get(name, ""),
            )
        status = self.fields["status"]
        status.required = True
        status.choices = [
            ("", _("choose")),
            (ALL_COMPLETED, _("no column: everybody on this list completed the course")),
            *headers,
        ]
        status.help_text = _("Whoever did not complete cannot be found as an alumnus by the list.")

    @property
    def all_completed(self) -> bool:
        return self.cleaned_data["status"] == ALL_COMPLETED

    @property
    def columns(self) -> dict[str, int]:
        said = self.cleaned_data.items()
        return {name: int(place) for name, place in said if place not in ("", ALL_COMPLETED)}


class Columns(OfOneImport, StaffForm):
    """Where the headers did not say it: a choice for each thing, beside the first rows."""

    header_icon = "upload"
    template_name = "enrollment/staff/import_columns.html"
    form_class = ColumnsForm
    submit_label = gettext_lazy("Import")
    success_message = gettext_lazy("The columns are chosen.")

    def get(self, request, *args, **kwargs):
        if not self.source.awaits_columns:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "source": self.source}

    def save(self, form):
        alumni.choose_columns(
            self.source,
            form.columns,
            all_completed=form.all_completed,
            by=self.request.user,
            at=self.request.at,
        )

    def get_success_url(self):
        return self.url_of("import", self.source.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            source=self.source, rows=alumni.preview(self.source), **kwargs
        )


class Import(OfOneImport, TemplateView):
    """One file: how far it is read, and the rows that were set aside with their reasons."""

    header_icon = "upload"
    template_name = "enrollment/staff/import.html"

    def get(self, request, *args, **kwargs):
        """While it is read the page asks for itself again, script or none."""
        answer = super().get(request, *args, **kwargs)
        if self.source.is_being_read:
            answer["Refresh"] = str(ASK_AGAIN)
        return answer

    def get_context_data(self, **kwargs):
        bad = self.source.bad_rows.all()[:SHOWN]
        return super().get_context_data(
            source=self.source,
            columns=columns_of(self.source),
            bad_rows=[(row, reason_of(row), " · ".join(row.raw.values())) for row in bad],
            reasons=reasons_of(self.source),
            unknown_statuses=unknown_statuses(self.source),
            shown=SHOWN,
            ask_again=ASK_AGAIN,
            reviewed=alumni.reviewed(self.source),
            doubts=doubts_of(self.source, self.request.at),
            **kwargs,
        )


def doubts_of(source: AlumniImport, at: datetime) -> list[tuple[str, doubts.Said]]:
    """What was imported though nobody knows it, with what it was taken for: two queries."""
    place = source.columns.get("edition")
    header = source.headers[place] if place is not None and place < len(source.headers) else ""
    countries = doubts.unknown_countries(said_in(source, "country"))
    years = doubts.unknown_years(said_in(source, "edition"), header=header, this_year=at.year)
    return [
        *((_("Country"), one) for one in countries),
        *((_("Course or edition"), one) for one in years),
    ]


def said_in(source: AlumniImport, field: str) -> list[doubts.Said]:
    rows = source.rows.order_by().values(field).annotate(count=Count("pk"), first=Min("line"))
    return [
        doubts.Said(*one) for one in rows.order_by("first").values_list(field, "count", "first")
    ]


def columns_of(source: AlumniImport) -> list[tuple[str, str]]:
    """What each column of the file was read as; "" where it only stays with the row."""
    named = {place: FIELD_NAMES[name] for name, place in source.columns.items()}
    return [(header, named.get(place, "")) for place, header in enumerate(source.headers)]


def reasons_of(source: AlumniImport) -> list[tuple[str, int]]:
    """Why rows were set aside, the most frequent first."""
    counted = source.bad_rows.order_by().values("reason").annotate(count=Count("pk"))
    return [(reason_text(one["reason"]), one["count"]) for one in counted.order_by("-count")]


def unknown_statuses(source: AlumniImport) -> list[tuple[str, int]]:
    """What stands in the column of the status and is none, the most frequent first."""
    place = source.columns.get("status")
    if place is None:
        return []
    header = source.headers[place] or str(place + 1)
    rows = source.bad_rows.filter(reason="unknown_status").values_list("raw", flat=True)
    return Counter(raw.get(header, "") for raw in rows[:LOOKED_AT]).most_common(STATUSES)


def reason_of(row) -> str:
    return reason_text(row.reason)


def reason_text(code: str) -> str:
    return str(alumni.REASONS.get(code, code))


class Undo(OfOneImport, StaffAct):
    """Takes the file and exactly the rows that were named off the list."""

    def act(self) -> str:
        shown = self.request.POST.get("rows", "")
        count = alumni.undo_import(
            self.source,
            shown=int(shown) if shown.isdecimal() else -1,
            by=self.request.user,
            at=self.request.at,
        )
        said = ngettext(
            "Undone: %(count)d row left the list.",
            "Undone: %(count)d rows left the list.",
            count,
        )
        return said % {"count": count}

    def get_success_url(self):
        is_there = AlumniImport.objects.filter(pk=self.source.pk).exists()
        return self.url_of("import", self.source.pk) if is_there else self.url_of("imports")


class Quarantine(OfOneImport, View):
    """The rows that were set aside, as CSV to be put right: with their line and reason."""

    http_method_names = ["get"]

    def get(self, request, *args, **kwargs):
        source = self.source
        journal.record(
            source,
            "enrollment.export_quarantine",
            by=request.user,
            at=request.at,
            count=source.quarantined,
        )
        response = StreamingHttpResponse(
            quarantine_lines(source), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="quarantine-{source.pk}.csv"'
        return response


class Echo:
    def write(self, value):
        return value


def quarantine_lines(source: AlumniImport):
    writer = csv.writer(Echo())
    headers = list(dict.fromkeys(key for row in source.bad_rows.all()[:1] for key in row.raw))
    yield BYTE_ORDER_MARK
    yield writer.writerow([harmless(one) for one in [_("Line"), _("Reason"), *headers]])
    for row in source.bad_rows.iterator():
        cells = [row.raw.get(header, "") for header in headers]
        yield writer.writerow([row.line, harmless(reason_of(row)), *map(harmless, cells)])
