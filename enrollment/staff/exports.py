"""Spreadsheets of people, as they may leave the house: harmless in a spreadsheet program, readable
with every letter, and logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import Count
from django.utils.functional import cached_property
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from enrollment.models import Edition
from enrollment.staff.access import COORDINATORS, holds_any
from lms import journal

BYTE_ORDER_MARK = "\ufeff"
INSTANT = "yyyy-mm-dd hh:mm:ss"
MEASURED, WIDEST = 200, 60  # rows, letters
RUN_AS_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value):
    """A text that a spreadsheet program would run is given an apostrophe before it."""
    if isinstance(value, str) and value.lstrip().startswith(RUN_AS_FORMULAS):
        return f"'{value}"
    return value


def shown(value) -> str:
    """A cell as it is read: instants without what nobody reads, in UTC as their column says."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)


def _bold(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


class PeopleExport(SpreadsheetExportMixin):
    """Exports exactly the rows of the listing as it is filtered. `cells_of(row)` gives the values
    in the order of `headings()`; the edition is the row's `edition`."""

    export_action = ""
    custom_value_preprocess = {
        **SpreadsheetExportMixin.custom_value_preprocess,
        datetime: {
            "xlsx": lambda value: value.astimezone(UTC).replace(microsecond=0, tzinfo=None),
            "csv": shown,
        },
    }

    def headings(self) -> list[str]:
        raise NotImplementedError

    def rows_of(self, queryset):
        """The rows with whatever `cells_of` reads beside them."""
        return queryset

    def cells_of(self, row) -> list:
        raise NotImplementedError

    @cached_property
    def list_export(self):
        return list(range(len(self.all_headings)))

    @cached_property
    def all_headings(self) -> list[str]:
        return [str(heading) for heading in self.headings()] if self.is_export else [""]

    @cached_property
    def show_export_buttons(self):
        return holds_any(self.request.user, *COORDINATORS)

    def get_heading(self, queryset, field):
        return harmless(self.all_headings[field])

    def to_row_dict(self, item):
        return dict(enumerate(map(harmless, self.cells_of(item))))

    def as_spreadsheet(self, queryset, spreadsheet_format):
        self.log_export(queryset, spreadsheet_format)
        return super().as_spreadsheet(queryset, spreadsheet_format)

    def stream_csv(self, queryset) -> Iterator[bytes]:
        yield BYTE_ORDER_MARK.encode()
        yield from super().stream_csv(queryset)

    def write_xlsx(self, queryset, output):
        """A workbook whose headers stay in sight and sort; columns as wide as what is in them."""
        rows = [self.to_row_dict(row) for row in self.rows_of(queryset)]
        heads = [self.get_heading(queryset, field) for field in self.list_export]
        book = Workbook(write_only=True, iso_dates=True)
        sheet = book.create_sheet()
        last = get_column_letter(len(heads))
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
        for place, head in enumerate(heads):
            cells = [head, *(row[place] for row in rows[:MEASURED])]
            width = max(len(shown(cell)) for cell in cells) + 2
            letter = get_column_letter(place + 1)
            sheet.column_dimensions[letter].width = min(width, WIDEST)
        sheet.append([_bold(sheet, head) for head in heads])
        for row in rows:
            sheet.append(self.generate_xlsx_row(sheet, row, date_format=INSTANT))
        book.save(output)

    def write_csv_response(self, queryset):
        # What is kept for all is known within the request alone, and the file is streamed after.
        response = super().write_csv_response(self.rows_of(queryset))
        response["Content-Type"] = "text/csv; charset=utf-8"
        return response

    def log_export(self, queryset, spreadsheet_format: str) -> None:
        """One entry for each edition whose people are in the file: how many, found how."""
        counted = queryset.order_by().values("edition").annotate(count=Count("pk"))
        counts = dict(counted.values_list("edition", "count"))
        for edition in Edition.objects.filter(pk__in=counts):
            journal.record(
                edition,
                self.export_action,
                by=self.request.user,
                at=self.request.at,
                count=counts[edition.pk],
                format=spreadsheet_format,
                found_by=self.found_by(),
            )

    def found_by(self) -> str:
        """The filters and nothing that was typed: a search may hold a name."""
        kept = self.request.GET.copy()
        for name in ("export", "q", "p", "ordering"):
            kept.pop(name, None)
        return kept.urlencode()
