"""Lists of alumni, read from bytes: what is understood, mended, set aside, refused."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from enrollment import alumni_files as files
from enrollment.alumni_files import Row, WrongFile

COLUMNS = {"name": 0, "email": 1, "country": 2, "edition": 3, "status": 4}


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(name="Rosa Medina", email="rosa@pj.example", country="Perú", edition="2017", status="sí"):
    return files.read_row(Row(2, (name, email, country, edition, status)), COLUMNS)


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Nombre completo", "Correo electrónico", "País"], {"name": 0, "email": 1, "country": 2}),
        (["E-mail", "Nome", "Situação"], {"email": 0, "name": 1, "status": 2}),
        (["Last name", "First name"], {"family_names": 0, "given_names": 1}),
        (["Nombre", "Edición"], {"name": 0, "edition": 1}),
        (["col1", "col2"], {}),
    ],
)
def test_columns_are_known_by_their_headers(headers, columns):
    assert files.guess_columns(headers) == columns


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_people_have(encoding, delimiter):
    content = f"nombre{delimiter}país\r\nNúñez{delimiter}Perú\r\n".encode(encoding)
    rows = list(files.rows_of(files.kind_of("lista.csv", content), content))
    assert [row.cells for row in rows] == [("nombre", "país"), ("Núñez", "Perú")]
    assert rows[1].line == 2


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", "sep=;;"])
def test_a_first_line_that_tells_the_delimiter_is_no_header(told):
    content = f"{told}\r\nnombre;país, ciudad, barrio\r\nNúñez;Perú\r\n".encode()
    first, *_rest, last = files.rows_of("csv", content)
    is_told = told != "sep=;;"
    assert (first.cells == ("nombre", "país, ciudad, barrio")) == is_told
    assert last == Row(3, ("Núñez", "Perú"))


def test_a_workbook_is_read_as_values_and_never_calculated():
    content = workbook(["nombre", "año"], ["Rosa Medina", 2017], ["=HYPERLINK(1)", 2017])
    rows = list(files.rows_of(files.kind_of("lista.xlsx", content), content))
    assert rows[1].cells == ("Rosa Medina", "2017")
    assert files.read_row(rows[2], {"name": 0}).reason == "formula"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("JUAN CARLOS NUÃ‘EZ IBAÃ‘EZ", "JUAN CARLOS NUÑEZ IBAÑEZ"),
        ("MarÃ\xada", "María"),
        ("JoÃ£o", "João"),
        ("JosÃƒÂ©", "José"),
        ("JOÃO", "JOÃO"),
        ("Oâ€™Neil", "O’Neil"),
        ("N\ufffdñez", None),
    ],
)
def test_broken_letters_are_mended_or_set_aside(broken, whole):
    assert files.mend(broken) == whole


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"name": "", "email": ""}, "nobody"),
        ({"email": "rosa at pj"}, "not_an_address"),
        ({"email": "a@x.example; b@x.example"}, "two_people"),
        ({"name": "Rosa Medina y Juan Pérez"}, "two_people"),
        ({"name": "Rosa Medina / Juan Pérez"}, "two_people"),
        ({"name": "=1+1"}, "formula"),
        ({"country": "@SUM(A1)"}, "formula"),
        ({"name": "Usuario Prueba 3"}, "test_row"),
        ({"email": "test12@x.example"}, "test_row"),
        ({"status": "quizás"}, "unknown_status"),
        ({"name": "R" * 241}, "too_long"),
        ({"edition": "x" * 501}, "too_long"),
        ({"name": "N\ufffdñez"}, "broken_letters"),
    ],
)
def test_a_bad_row_has_its_reason(cells, reason):
    assert read(**cells).reason == reason


@pytest.mark.parametrize(
    "name", ["José Ortega y Gasset", "João da Silva e Souza", "Prueba Demarchi", "Ana/Anita Ruiz"]
)
def test_names_that_only_look_odd_are_kept(name):
    assert read(name=name).values["name"] == name


@pytest.mark.parametrize(
    ("status", "kept"),
    [("Completado", "completed"), ("Não concluído", "enrolled"), ("", "enrolled")],
)
def test_an_empty_status_proves_nothing(status, kept):
    assert read(status=status).values["status"] == kept


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _megabyte in range(files.MAX_UNPACKED // 2**20 + 1):
                part.write(b" " * 2**20)
    return stream.getvalue()


def archive_of(**parts) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return stream.getvalue()


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>'


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("lista.csv", b"", "empty"),
        ("lista.csv", b"  \n ", "empty"),
        ("lista.csv", b"x" * (files.MAX_BYTES + 1), "too_big"),
        ("lista.pdf", b"%PDF-1.7", "wrong_kind"),
        ("lista.csv", b"%PDF-1.7", "wrong_kind"),
        ("lista.csv", b"a\x00b\x00\x01", "wrong_kind"),
        ("lista.xls", b"\xd0\xcf\x11\xe0", "old_excel"),
        ("lista.xlsx", b"nombre,pais", "not_what_it_says"),
        ("lista.csv", workbook(["nombre"]), "not_what_it_says"),
        ("lista.xlsx", b"PK\x03\x04 and no more", "unreadable"),
        ("lista.xlsx", archive_of(readme="hello"), "wrong_kind"),
        ("lista.xlsx", archive_of(xl__workbook_xml=ENTITIES), "unreadable"),
        ("lista.xlsx", bomb(), "too_big_unpacked"),
    ],
)
def test_what_is_no_list_is_refused(name, content, code):
    with pytest.raises(WrongFile) as refusal:
        list(files.rows_of(files.kind_of(name, content), content))
    assert refusal.value.code == code


@pytest.mark.parametrize("after", [1, 5000])
def test_a_mark_that_is_not_closed_swallows_no_rows(after):
    lines = ["nombre,país", "Ana Ruiz,PE", '"Rosa Medina,PE', *["Juan Pérez,PE"] * after]
    with pytest.raises(WrongFile, match="row_without_end") as refusal:
        list(files.rows_of("csv", "\n".join(lines).encode()))
    assert refusal.value.line == 3


def test_marks_within_a_name_are_kept():
    [_headers, row] = files.rows_of("csv", 'nombre,país\nJuan "Pepe" Ruiz,PE\n'.encode())
    assert row.cells == ('Juan "Pepe" Ruiz', "PE")


def test_a_part_that_lies_about_its_size_ends_in_a_refusal():
    content = bytearray(workbook(["nombre"], *[["Rosa Medina Quispe"]] * 2000))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lie = bytes(content).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(WrongFile, match="unreadable"):
        list(files.rows_of("xlsx", lie))
