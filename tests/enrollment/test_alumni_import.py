"""Importing a list of alumni: once, in chunks, with what is bad set aside."""

from collections import Counter

import pytest
from django_q.models import OrmQ

from enrollment.models import AlumniImport, Alumnus, QuarantinedRow, StaffRole
from enrollment.services import alumni
from enrollment.services.alumni import choose_columns, receive_file
from enrollment.tasks import task_import_alumni
from lms import journal
from lms.decisions import DomainError
from tests.builders import (
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)

pytestmark = pytest.mark.django_db
AT = instant("2019-04-01T12:00")


@pytest.fixture
def program():
    return a_program(needs_alumni=True)


@pytest.fixture
def coordinator(program):
    return a_staff_member(program)


def csv_of(*rows, headers="nombre;correo;país;edición;estado") -> bytes:
    return "\n".join([headers, *rows]).encode()


def rows(number, start=0):
    return [
        f"Rosa Medina {n};rosa{n}@pj.example;Perú;2017;sí" for n in range(start, start + number)
    ]


def take(program, coordinator, *lines, **options):
    return receive_file(program, "lista.csv", csv_of(*lines, **options), by=coordinator, at=AT)


def test_good_rows_are_kept_with_their_raw_line_and_bad_ones_with_a_reason(program, coordinator):
    source = take(program, coordinator, *rows(2), "=1+1;x@pj.example;;;sí", *["Test;;;;sí"] * 12)
    assert (source.imported, source.quarantined, source.finished_at) == (2, 13, AT)
    row = Alumnus.objects.get(line=2)
    assert (row.name, row.email, row.status) == ("Rosa Medina 0", "rosa0@pj.example", "completed")
    assert row.raw["país"] == "Perú"
    assert QuarantinedRow.objects.get(line=4).raw["nombre"] == "=1+1"
    assert set(QuarantinedRow.objects.values_list("reason", flat=True)) == {"formula", "test_row"}
    assert bytes(source.content) == b""
    entry = journal.history(source).get(action="enrollment.import_alumni")
    assert (entry.user, entry.data["imported"]) == (coordinator, "2")


def test_the_same_file_adds_nothing(program, coordinator):
    take(program, coordinator, *rows(2))
    with pytest.raises(DomainError) as refusal:
        take(program, coordinator, *rows(2))
    assert refusal.value.code == "same_file"
    assert Alumnus.objects.count() == 2


def test_the_same_file_may_be_another_programs(program, coordinator):
    take(program, coordinator, *rows(1))
    other = a_program()
    take(other, a_staff_member(other), *rows(1))
    assert Alumnus.objects.count() == 2


def test_a_corrected_file_adds_only_what_is_new(program, coordinator):
    take(program, coordinator, *rows(2), "Ana Ruiz;ana at pj;;;sí")
    source = take(program, coordinator, *rows(2), "Ana Ruiz;ana@pj.example;;;sí")
    assert (source.imported, source.quarantined) == (1, 2)
    assert set(source.bad_rows.values_list("reason", flat=True)) == {"twice"}


def test_a_row_repeated_in_the_file_is_kept_once(program, coordinator):
    source = take(program, coordinator, *rows(1), *rows(1))
    assert (source.imported, source.quarantined) == (1, 1)


def test_unknown_headers_wait_for_a_persons_word(program, coordinator):
    source = take(program, coordinator, "Rosa Medina;rosa@pj.example;x;y;z", headers="a;b;c;d;e")
    assert source.awaits_columns
    assert alumni.preview(source) == [("Rosa Medina", "rosa@pj.example", "x", "y", "z")]
    for wrong, code in [
        ({"country": 2}, "too_few"),
        ({"name": 0, "email": 0}, "same_column"),
        ({"name": 0, "email": 1}, "no_status"),
    ]:
        with pytest.raises(DomainError) as refusal:
            choose_columns(source, wrong, by=coordinator, at=AT)
        assert refusal.value.code == code
    for _twice in range(2):
        source = choose_columns(
            source, {"name": 0, "email": 1}, all_completed=True, by=coordinator, at=AT
        )
    assert source.imported == Alumnus.objects.count() == 1


def test_nobody_completed_by_a_list_that_says_nothing_of_it(program, coordinator):
    lines = ["Rosa Medina;rosa@pj.example;Abandonó", "Ana Sosa;ana@pj.example;Completó"]
    source = take(program, coordinator, *lines, headers="nombre;correo;cómo terminó")
    assert source.awaits_columns and not Alumnus.objects.exists()
    columns = {"name": 0, "email": 1, "status": 2}
    source = choose_columns(source, columns, by=coordinator, at=AT)
    rows = Alumnus.objects.order_by("line").values_list("status", flat=True)
    assert list(rows) == ["enrolled", "completed"]


def test_the_header_of_a_final_state_is_known(program, coordinator):
    for number, header in enumerate(["Estado final", "SITUAÇÃO FINAL", "Final status"]):
        lines = [f"Rosa Medina {number};rosa{number}@pj.example;abandonó"]
        source = take(program, coordinator, *lines, headers=f"nombre;correo;{header}")
        assert source.rows.get().status == "enrolled"


def test_a_long_list_is_the_workers_and_begins_again_where_it_ended(program, coordinator):
    source = take(program, coordinator, *rows(alumni.AT_ONCE + 1))
    assert source.is_being_read
    assert OrmQ.objects.count() == 1
    source = alumni.read_chunk(source, at=AT, size=100)
    assert (source.imported, source.read_to) == (100, 101)
    task_import_alumni(source.pk)
    task_import_alumni(source.pk)
    source.refresh_from_db()
    assert source.imported == Alumnus.objects.count() == alumni.AT_ONCE + 1
    assert journal.history(source).filter(action="enrollment.import_alumni").count() == 1


def test_eight_thousand_rows_of_every_kind_are_each_kept_or_set_aside_once(program, coordinator):
    good = [f"Rosa Medina {n};  ROSA{n}@PJ.EXAMPLE ;Perú;2017;sí" for n in range(7_900)]
    mended = [f"JUAN NUÃ‘EZ {n};;MEXICO;2014;sí" for n in range(40)]
    broken = [f"N\ufffd\ufffdez {n};;MEXICO;2014;sí" for n in range(8)]
    formulas = [f'=HYPERLINK("http://x.example/{n}");x{n}@pj.example;;;sí' for n in range(40)]
    tests = [f"Usuario prueba {n};test{n}@test.example;;;sí" for n in range(12)]
    lines = [*good, *mended, *broken, *formulas, *tests]
    assert len(lines) == 8_000
    source = take(program, coordinator, *lines)
    task_import_alumni(source.pk)
    source.refresh_from_db()
    assert (source.imported, source.quarantined, source.finished_at is None) == (7_940, 60, False)
    reasons = Counter(source.bad_rows.values_list("reason", flat=True))
    assert reasons == {"broken_letters": 8, "formula": 40, "test_row": 12}
    assert Alumnus.objects.get(name="JUAN NUÑEZ 7").raw["nombre"] == "JUAN NUÃ‘EZ 7"
    assert Alumnus.objects.get(name="Rosa Medina 7").email == "ROSA7@PJ.EXAMPLE"
    with pytest.raises(DomainError) as refusal:
        receive_file(program, "otro nombre.csv", csv_of(*lines), by=coordinator, at=AT)
    assert refusal.value.code == "same_file"
    again = take(program, coordinator, *lines[-700:])
    task_import_alumni(again.pk)
    assert Alumnus.objects.count() == 7_940 and not again.rows.exists()


def test_a_task_of_a_file_that_is_gone_does_nothing():
    assert task_import_alumni(7) == "gone"


def test_applications_are_assessed_anew_after_the_last_row(program, coordinator):
    edition = an_edition(program)
    application = a_submitted_application(edition, eligibility="needs_proof")
    email = application.person.email
    take(program, coordinator, f"R. M.; {email.upper()} ;;2017;sí")
    application.refresh_from_db()
    assert (application.alumni_match, application.eligibility) == ("auto", "eligible")


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_only_coordinators_import(program, role, english):
    with pytest.raises(DomainError, match="coordinators"):
        take(program, a_staff_member(program, role), *rows(1))
    assert not AlumniImport.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"nombre;correo\n", "no_rows"),
        ("x.csv", b'nombre;correo\n"Ana Ruiz;a@b.example\n', "row_without_end"),
        ("x.doc", b"a", "wrong_kind"),
    ],
)
def test_what_is_no_list_leaves_nothing_behind(program, coordinator, name, content, code):
    with pytest.raises(DomainError) as refusal:
        receive_file(program, name, content, by=coordinator, at=AT)
    assert refusal.value.code == code
    assert str(refusal.value.reason)
    assert not AlumniImport.objects.exists()


def test_reading_costs_the_same_for_few_and_for_many(
    program, coordinator, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        take(program, coordinator, *rows(300))


def undo(source, by, shown=None):
    shown = source.rows_read if shown is None else shown
    return alumni.undo_import(source, shown=shown, by=by, at=AT)


def test_undone_exactly_its_rows_go_and_the_file_may_come_again(program, coordinator):
    take(program, coordinator, *rows(2))
    application = a_submitted_application(
        an_edition(program), answers={"basic_module_email": "rosa7@pj.example"}
    )
    source = take(program, coordinator, *rows(2, start=7), "Ana;ana at pj;;;sí")
    application.refresh_from_db()
    assert application.alumni_match == "auto"
    assert undo(source, coordinator) == 2 and undo(source, coordinator) == 0
    assert Alumnus.objects.count() == 2 and not QuarantinedRow.objects.exists()
    application.refresh_from_db()
    assert application.alumni_match != "auto"
    assert application.alumnus is None or application.alumnus.line < 4, "of the file that stays"
    entry = journal.history(program).get(action="enrollment.undo_import")
    assert (entry.data["imported"], entry.data["set_aside"]) == ("2", "1")
    assert take(program, coordinator, *rows(2, start=7), "Ana;ana at pj;;;sí").imported == 2


@pytest.mark.parametrize("is_locked", [True, False])
def test_what_was_reviewed_or_decided_meanwhile_is_not_undone(program, coordinator, is_locked):
    source = take(program, coordinator, *rows(1))
    edition = an_edition(program, decisions_locked_at=AT if is_locked else None)
    a_submitted_application(
        edition, alumnus=Alumnus.objects.get(), alumni_match="auto" if is_locked else "confirmed"
    )
    with pytest.raises(DomainError) as refusal:
        undo(source, coordinator)
    assert refusal.value.code == "reviewed" and "1 " in str(refusal.value.reason)
    assert Alumnus.objects.count() == 1


def test_undone_while_it_is_read_it_ends_and_nothing_is_left(program, coordinator):
    source = take(program, coordinator, *rows(alumni.AT_ONCE + 1))
    source = alumni.read_chunk(source, at=AT, size=100)
    with pytest.raises(DomainError) as refusal:
        undo(source, coordinator, shown=99)
    assert refusal.value.code == "changed"
    assert undo(source, coordinator) == 100
    assert alumni.read_chunk(source, at=AT) is None
    assert task_import_alumni(source.pk) == "gone" and not Alumnus.objects.exists()


def test_only_a_coordinator_of_the_program_undoes(program, coordinator):
    source = take(program, coordinator, *rows(1))
    with pytest.raises(DomainError):
        undo(source, a_staff_member(a_program()))
    assert Alumnus.objects.count() == 1


def test_a_long_file_is_opened_once_and_read_on_by_whoever_comes_next(program, coordinator):
    source = take(program, coordinator, *rows(alumni.AT_ONCE + 1))
    open_rows = alumni.rows_of_file(source)
    alumni.read_chunk(source, at=AT, size=100, rows=open_rows)
    alumni.read_chunk(source, at=AT, size=100)  # another worker, which opens it anew
    source = alumni.read_chunk(source, at=AT, size=100, rows=open_rows)
    assert (source.imported, source.read_to) == (300, 301)
    assert list(source.rows.order_by("line").values_list("line", flat=True)) == [*range(2, 302)]
