"""The list of alumni: a file is received once, its columns are told apart, its rows are read in
chunks. The only writer of `AlumniImport`, `Alumnus` and `QuarantinedRow`.

1. `receive_file` refuses what is no list, and the same file a second time; it keeps the bytes.
2. `choose_columns` is the coordinator's word, where the headers did not say it: also that all of
   a list completed, which no file without a status says.
3. `read_chunk` reads on from where the last one ended, in one transaction: a worker that dies
   loses nothing and reads nothing twice. After the last row the applications are assessed anew,
   and the bytes are dropped.

Raw lines are kept with every row. Bad rows are set aside with their reason; they stop nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_q.tasks import async_task

from enrollment import alumni_files as files
from enrollment.alumni_files import WrongFile
from enrollment.models import (
    AlumniImport,
    Alumnus,
    AlumnusKey,
    Application,
    Program,
    QuarantinedRow,
)
from enrollment.models.applications import MATCH_BY_HAND
from enrollment.names import normal_text
from enrollment.rules.staff import is_coordinator
from enrollment.services.alumni_book import write_keys
from enrollment.services.eligibility import assess_program, take_turn
from lms import journal
from lms.decisions import DomainError

CHUNK = 1000
AT_ONCE = 500  # so many rows are read before the page answers; more are the worker's
REFUSALS = {
    "empty": _("The file is empty."),
    "too_big": _("The file is larger than 10 MB: split the list."),
    "too_big_unpacked": _("The workbook unpacks to far more than a list of people."),
    "too_many_rows": _("The file has more than 200,000 rows: split the list."),
    "old_excel": _("This is the old Excel format: save it as .xlsx, or as CSV."),
    "wrong_kind": _("This is not a list: give a CSV file or an Excel workbook (.xlsx)."),
    "not_what_it_says": _("The file’s content is not what its name says: save it anew."),
    "unreadable": _("The file cannot be read: it may be damaged. Save it anew."),
    "row_without_end": _(
        "Where row %(line)d ends cannot be told: look there for a quotation mark that is not "
        "closed, or save the list as .xlsx."
    ),
    "no_rows": _("The file has no row below its headers."),
}
REASONS = {
    "too_long": _("A cell is too long."),
    "formula": _("A cell begins like a formula (= + - @)."),
    "broken_letters": _("Letters were lost: the file was saved in the wrong encoding."),
    "nobody": _("Neither a name nor an e-mail."),
    "two_people": _("Two people in one row."),
    "not_an_address": _("The e-mail is not an address."),
    "test_row": _("It looks like a row made for a test."),
    "unknown_status": _("The status is not one that is known."),
    "twice": _("The same person with the same course is on the list already."),
}


@transaction.atomic
def receive_file(
    program: Program, file_name: str, content: bytes, *, by, at: datetime
) -> AlumniImport:
    """Keep a file that can be a list; raises `DomainError` with what is wrong with it. Where the
    headers say enough, the columns are chosen and a short list is read at once."""
    if not is_coordinator(by, program):
        raise DomainError("not_theirs", _("Only coordinators of this program import a list."))
    program = Program.objects.select_for_update().get(pk=program.pk)
    checksum = hashlib.sha256(content).hexdigest()
    _refuse_twice(program, checksum)
    first, rows = _survey(file_name, content)
    headers = [files.mend(cell) or cell for cell in first.cells]
    source = AlumniImport.objects.create(
        program=program,
        file_name=file_name[-200:],
        checksum=checksum,
        by=by,
        at=at,
        content=content,
        headers=headers,
        rows_in_file=rows,
        read_to=first.line,
    )
    journal.record(source, "enrollment.receive_alumni", by=by, at=at, rows=rows, sha256=checksum)
    columns = files.guess_columns(headers)
    if files.says_all(columns):
        _begin(source, columns, at)
    return source


@transaction.atomic
def choose_columns(
    source: AlumniImport,
    columns: Mapping[str, int],
    *,
    all_completed: bool = False,
    by,
    at: datetime,
) -> AlumniImport:
    """Say which column is what, and begin to read. Without a column of the status nobody is on the
    list as completed unless `all_completed` says so of all. A second call changes nothing."""
    if not is_coordinator(by, source.program):
        raise DomainError("not_theirs", _("Only coordinators of this program import a list."))
    source = AlumniImport.objects.select_for_update().get(pk=source.pk)
    if source.columns:
        return source
    if not files.is_enough(columns):
        raise DomainError("too_few", _("Say at least which column holds the name or the e-mail."))
    if len(set(columns.values())) < len(columns):
        raise DomainError("same_column", _("One column was chosen for two things."))
    if ("status" in columns) == all_completed:
        raise DomainError("no_status", _("Say which column holds who completed, or that all did."))
    facts = {**columns, **({"all_completed": True} if all_completed else {})}
    journal.record(source, "enrollment.choose_columns", by=by, at=at, **facts)
    _begin(source, columns, at)
    return source


def _begin(source: AlumniImport, columns: Mapping[str, int], at: datetime) -> None:
    source.columns = dict(columns)
    source.save(update_fields=["columns"])
    if source.rows_in_file <= AT_ONCE:
        rows = rows_of_file(source)
        while not read_chunk(source, at=at, rows=rows).finished_at:
            pass
    else:
        async_task("enrollment.tasks.task_import_alumni", source.pk)
    source.refresh_from_db()


@transaction.atomic
def read_chunk(
    source: AlumniImport,
    *,
    at: datetime,
    size: int = CHUNK,
    rows: Iterator[files.Row] | None = None,
) -> AlumniImport | None:
    """Read the next rows. After the last, finish; a call after that changes nothing. None where the
    import was undone meanwhile. `rows` (`rows_of_file`) goes on in a file that is open already."""
    locked = AlumniImport.objects.select_for_update().defer("content")
    source = locked.filter(pk=source.pk).first()
    if source is None or source.finished_at or not source.columns:
        return source
    rows = rows_of_file(source) if rows is None else rows
    fresh = (row for row in rows if row.line > source.read_to)
    chunk = list(islice(fresh, size))
    if chunk:
        _write(source, chunk)
    if len(chunk) < size:
        _finish(source, at)
    return source


def rows_of_file(source: AlumniImport) -> Iterator[files.Row]:
    """Every row of the file, for calls of `read_chunk` that follow one another."""
    content = bytes(source.content)
    return files.rows_of(files.kind_of(source.file_name, content), content)


def _write(source: AlumniImport, chunk: Sequence[files.Row]) -> None:
    read = [(row, files.read_row(row, source.columns)) for row in chunk]
    known = _known(source.program, read)
    good, bad = [], []
    for row, result in read:
        key = _key(result.values) if result.values else None
        reason = "twice" if key in known else result.reason
        fields = {"source": source, "line": row.line, "raw": _raw(source, row)}
        if reason:
            bad.append(QuarantinedRow(**fields, reason=reason))
            continue
        known.add(key)
        good.append(Alumnus(**fields, program=source.program, **result.values))
    write_keys(Alumnus.objects.bulk_create(good, batch_size=500))
    QuarantinedRow.objects.bulk_create(bad, batch_size=500)
    source.imported += len(good)
    source.quarantined += len(bad)
    source.read_to = chunk[-1].line
    source.save(update_fields=["imported", "quarantined", "read_to"])


def _finish(source: AlumniImport, at: datetime) -> None:
    """The bytes go; every raw line stays with its row."""
    source.finished_at, source.content = at, b""
    source.save(update_fields=["finished_at", "content"])
    journal.record(
        source,
        "enrollment.import_alumni",
        by=source.by,
        at=at,
        imported=source.imported,
        quarantined=source.quarantined,
    )
    assess_program(source.program, at=at)


@transaction.atomic
def undo_import(source: AlumniImport, *, shown: int, by, at: datetime) -> int:
    """Take the file and all its rows off the list, also while it is being read: `shown` is how many
    rows the coordinator saw; where others were read or set aside since, it is refused, and so it is
    once a person was matched to one of them by hand, or by a decision that is locked. Applications
    are assessed anew. The same file may be imported again. Returns how many rows left the list."""
    program = source.program
    if not is_coordinator(by, program):
        raise DomainError("not_theirs", _("Only coordinators of this program import a list."))
    source = AlumniImport.objects.select_for_update().filter(pk=source.pk).first()
    if source is None:
        return 0
    for edition_id in program.editions.order_by("pk").values_list("pk", flat=True):
        take_turn(edition_id)
    if source.rows_read != shown:
        raise DomainError("changed", _("More rows were read meanwhile. Look at the number again."))
    _refuse_reviewed(source)
    facts = {"file": source.file_name, "sha256": source.checksum, "imported": source.imported}
    _remove(source)
    journal.record(
        program,
        "enrollment.undo_import",
        by=by,
        at=at,
        **facts,
        set_aside=shown - facts["imported"],
    )
    assess_program(program, at=at)
    return facts["imported"]


def reviewed(source: AlumniImport) -> int:
    """How many applications rest on a row of it by the word of a person."""
    matched = Application.objects.filter(alumnus__source=source)
    by_hand = Q(alumni_match__in=MATCH_BY_HAND) | Q(edition__decisions_locked_at__isnull=False)
    return matched.filter(by_hand).count()


def _refuse_reviewed(source: AlumniImport) -> None:
    if count := reviewed(source):
        said = ngettext(
            "%(count)d application was matched to it by hand, or is decided: it stays.",
            "%(count)d applications were matched to it by hand, or are decided: it stays.",
            count,
        )
        raise DomainError("reviewed", said % {"count": count})


def _remove(source: AlumniImport) -> None:
    """In chunks: a list is longer than what fits into one DELETE with what hangs on it."""
    AlumnusKey.objects.filter(alumnus__source=source).delete()
    while keys := list(source.rows.order_by().values_list("pk", flat=True)[:CHUNK]):
        Alumnus.objects.filter(pk__in=keys).delete()
    source.bad_rows.all().delete()
    source.delete()


def _refuse_twice(program: Program, checksum: str) -> None:
    before = AlumniImport.objects.filter(program=program, checksum=checksum).first()
    if before:
        raise DomainError(
            "same_file",
            _("The same file was imported on %(when)s: nothing was added.")
            % {"when": f"{before.at:%Y-%m-%d}"},
        )


def _survey(file_name: str, content: bytes) -> tuple[files.Row, int]:
    """The line of the headers, and how many rows follow them."""
    try:
        rows = files.rows_of(files.kind_of(file_name, content), content)
        first = next(rows, None)
        count = sum(1 for _row in rows)
    except WrongFile as wrong:
        raise DomainError(wrong.code, REFUSALS[wrong.code] % {"line": wrong.line}) from None
    if first is None or not count:
        raise DomainError("no_rows", REFUSALS["no_rows"])
    return first, count


def preview(source: AlumniImport, rows: int = 5) -> list[tuple[str, ...]]:
    """The first rows as they are in the file, for whoever chooses the columns."""
    if not source.content:
        return []
    kind = files.kind_of(source.file_name, bytes(source.content))
    return [row.cells for row in islice(files.rows_of(kind, bytes(source.content)), 1, rows + 1)]


def _raw(source: AlumniImport, row: files.Row) -> dict[str, str]:
    """The line as it was, by its headers."""
    return {
        (source.headers[place] if place < len(source.headers) else "") or str(place + 1): cell
        for place, cell in enumerate(row.cells)
    }


def _key(values: Mapping[str, str]) -> tuple[str, ...]:
    said = (values["name"], values["country"], values["edition"])
    return (*map(normal_text, said), values["email"].lower(), values["status"])


def _known(program: Program, read) -> set[tuple[str, ...]]:
    """The keys of what is on the list already and could be one of these rows."""
    found = [result.values for _row, result in read if result.values]
    rows = Alumnus.objects.filter(program=program).annotate(key=Lower("email"))
    emails = {values["email"].lower() for values in found if values["email"]}
    names = {values["name"] for values in found if not values["email"]}
    same = rows.filter(key__in=emails) | rows.filter(email="", name__in=names)
    return {_key(row) for row in same.values("name", "country", "edition", "email", "status")}
