"""The list of alumni in the admin: a file given, its columns said, what is bad taken along."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enrollment.models import AlumniImport, Alumnus, StaffRole
from enrollment.services.alumni import AT_ONCE, read_chunk
from enrollment.tasks import task_import_alumni
from lms import journal
from tests.builders import a_program, a_staff_member, instant
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, visit

pytestmark = pytest.mark.django_db
LIST = b"nombre;correo;estado\nRosa Medina;rosa@pj.example;s\xc3\xad\n=1+1;x@pj.example;no\n"


@pytest.fixture
def program():
    return a_program()


@pytest.fixture
def coordinator(program):
    return a_staff_member(program)


def give(client, user, program, content=LIST, name="lista.csv"):
    return press(client, user, "imports", program.pk, file=SimpleUploadedFile(name, content))


def test_a_list_is_given_and_what_is_bad_is_shown_with_its_reason(client, program, coordinator):
    answer = give(client, coordinator, program)
    source = AlumniImport.objects.get()
    assert answer["Location"] == page("import", program.pk, source.pk)
    assert (source.imported, source.quarantined) == (1, 1)
    shown = client.get(answer["Location"]).content.decode()
    assert "=1+1" in shown
    listing = visit(client, coordinator, "alumni", program.pk, query="?q=rosa")
    assert listing.context["object_list"][0].email == "rosa@pj.example"


def test_the_rows_set_aside_are_taken_along_harmless_and_logged(client, program, coordinator):
    give(client, coordinator, program)
    source = AlumniImport.objects.get()
    answer = visit(client, coordinator, "quarantine", program.pk, source.pk)
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert "'=1+1" in text
    assert journal.history(source).filter(action="enrollment.export_quarantine").exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "l.csv"),
        (b"%PDF-1", "l.pdf"),
        (b"a\n", "l.csv"),
        (b"nombre", "l.xlsx"),
        (b"\x00\x01", "l.csv"),
    ],
)
def test_what_is_no_list_is_said_beside_the_form(client, program, coordinator, content, name):
    answer = give(client, coordinator, program, content, name)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not AlumniImport.objects.exists()


def test_the_same_file_is_refused(client, program, coordinator):
    give(client, coordinator, program)
    answer = give(client, coordinator, program, name="other.csv")
    assert answer.context["form"].non_field_errors()
    assert Alumnus.objects.count() == 1


def test_unknown_columns_are_asked_for_beside_the_first_rows(client, program, coordinator):
    answer = give(client, coordinator, program, b"a;b\nRosa Medina;rosa@pj.example\n")
    source = AlumniImport.objects.get()
    columns = page("import_columns", program.pk, source.pk)
    assert answer["Location"] == columns
    assert "Rosa Medina" in client.get(columns).content.decode()
    assert client.post(columns, {"country": "1", "status": "all"}).context["form"].errors
    assert client.post(columns, {"name": "9"}).context["form"].errors
    assert client.post(columns, {"name": "0", "email": "1"}).context["form"]["status"].errors
    client.post(columns, {"name": "0", "email": "1", "status": "all"})
    assert Alumnus.objects.get().name == "Rosa Medina"
    assert client.get(columns).status_code == 302


def test_a_list_without_a_status_is_asked_who_completed(client, program, coordinator):
    content = b"nombre;correo;legajo\nRosa Medina;rosa@pj.example;77\n"
    answer = give(client, coordinator, program, content)
    source = AlumniImport.objects.get()
    assert answer["Location"] == page("import_columns", program.pk, source.pk)
    form = client.get(answer["Location"]).context["form"]
    assert (form["name"].value(), form["email"].value(), form["status"].value()) == (0, 1, "")
    answer = client.post(answer["Location"], {"name": "0", "email": "1", "status": "all"})
    shown = client.get(answer["Location"])
    assert shown.context["columns"][2] == ("legajo", "")
    assert "todas las personas de esta lista cuentan como" in shown.content.decode()


def test_statuses_that_are_none_are_told_with_their_number(client, program, coordinator):
    rows = ["Ana;ana@pj.example;quizás", "Eva;eva@pj.example;quizás", "Leo;leo@pj.example;sí"]
    answer = give(client, coordinator, program, "\n".join(["nombre;correo;estado", *rows]).encode())
    shown = client.get(answer["Location"])
    assert shown.context["unknown_statuses"] == [("quizás", 2)]
    assert [count for _reason, count in shown.context["reasons"]] == [2]
    assert "statuses-section" in shown.content.decode()


def test_others_find_nothing(client, program, coordinator):
    give(client, coordinator, program)
    source = AlumniImport.objects.get()
    for stranger in outsiders(program, StaffRole.COORDINATOR):
        for name in ("import", "import_columns", "quarantine"):
            assert visit(client, stranger, name, program.pk, source.pk).status_code == 404
        assert give(client, stranger, program, b"nombre\nAna").status_code == 404
    other = a_staff_member(a_program())
    own = other.roles.get().program
    assert visit(client, other, "import", own.pk, source.pk).status_code == 404


def test_lists_cost_the_same_for_few_and_for_many(client, program, coordinator):
    enter(client, coordinator)
    give(client, coordinator, program)
    urls = [page("alumni", program.pk), page("imports", program.pk)]
    for url in urls:
        client.get(url)
    before = [queries_of(client, url) for url in urls]
    for number in range(2):
        give(client, coordinator, program, f"nombre;estado\nAna Ruiz {number};1\n".encode())
    assert [queries_of(client, url) for url in urls] == before


def test_unknown_countries_and_years_are_imported_and_told(client, program, coordinator):
    rows = [
        "Rosa Medina;rosa@pj.example;Perú;2017;sí",
        "Ana Sosa;ana@pj.example;BRASIL;Curso 2018;sí",
        "João Dias;joao@pj.example;Narnia;dosmil;sí",
        "Eva Paz;eva@pj.example;Narnia;2019;sí",
    ]
    content = "\n".join(["nombre;correo;país;año;estado", *rows]).encode()
    answer = give(client, coordinator, program, content)
    source = AlumniImport.objects.get()
    assert (source.imported, source.quarantined) == (4, 0)
    shown = client.get(answer["Location"])
    told = [(one.value, one.rows, one.line) for _column, one in shown.context["doubts"]]
    assert told == [("Narnia", 2, 4), ("dosmil", 1, 4)]
    assert "doubts-section" in shown.content.decode()


def test_import_in_which_all_is_known_tells_of_no_doubt(client, program, coordinator):
    answer = give(client, coordinator, program)
    assert "doubts-section" not in client.get(answer["Location"]).content.decode()


def test_while_it_is_read_the_page_says_how_far_and_asks_again(client, program, coordinator):
    lines = b"".join(b"Rosa %d;rosa%d@pj.example;1\n" % (n, n) for n in range(AT_ONCE + 1))
    give(client, coordinator, program, b"nombre;correo;estado\n=1+1;x@pj.example;1\n" + lines)
    source = read_chunk(AlumniImport.objects.get(), at=instant("2019-04-01T12:00"), size=50)
    answer = visit(client, coordinator, "import", program.pk, source.pk)
    assert answer["Refresh"] == "5"
    shown = answer.content.decode()
    assert f"Filas leídas: 50 de {AT_ONCE + 2}; apartadas: 1" in shown
    assert f'<progress value="50" max="{AT_ONCE + 2}"' in shown
    task_import_alumni(source.pk)
    assert "Refresh" not in visit(client, coordinator, "import", program.pk, source.pk)


def test_an_import_is_undone_by_one_press_on_the_number_that_was_named(
    client, program, coordinator
):
    give(client, coordinator, program)
    source = AlumniImport.objects.get()
    shown = visit(client, coordinator, "import", program.pk, source.pk).content.decode()
    assert "las filas importadas (1) y se olvidan las apartadas (1)" in shown
    for wrong in ("1", "", "x"):
        press(client, coordinator, "import_undo", program.pk, source.pk, rows=wrong)
        assert Alumnus.objects.count() == 1
    answer = press(client, coordinator, "import_undo", program.pk, source.pk, rows="2")
    assert answer["Location"] == page("imports", program.pk)
    shown = client.get(answer["Location"])
    assert "Deshecho: salió 1 fila de la lista." in shown.content.decode()
    [entry] = shown.context["undone"]
    assert (entry.user, entry.data["file"]) == (coordinator, "lista.csv")
    assert not AlumniImport.objects.exists() and not Alumnus.objects.exists()
