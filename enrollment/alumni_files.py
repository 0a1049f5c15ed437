"""Reading a list of alumni from CSV or XLSX. Pure: bytes in, plain rows and reasons out.

Nothing of a file is ever executed: a workbook is read as stored values, never calculated, and a
cell that a spreadsheet program would run is left out with its reason.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook

from enrollment.names import normal_text, words_of

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 80 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS = 200_000
MAX_COLUMNS = 60
MAX_CELL = 500

FIELDS = ("name", "given_names", "family_names", "email", "country", "edition", "status")
HEADERS = {
    "name": "name|full name|nombre completo|nombres y apellidos|apellidos y nombres|"
    "apellidos nombres|nome completo|nome|participant|participante|nombre y apellido|"
    "nombre y apellidos",
    "given_names": "given names|given name|first name|first names|nombre|nombres|prenome|"
    "primer nombre",
    "family_names": "family names|family name|last name|last names|surname|surnames|apellido|"
    "apellidos|sobrenome|sobrenomes",
    "email": "email|e mail|mail|correo|correo electronico|email address|e mail address|"
    "direccion de correo|direccion de correo electronico|endereco de email|endereco de e mail",
    "country": "country|pais|country of residence|pais de residencia",
    "edition": "edition|edicion|edicao|year|ano|course|curso|cohort|cohorte|turma",
    "status": "status|estado|situacion|situacao|result|resultado|completed|completado|"
    "concluido|completion|condicion|condicao|estado final|estado del curso|estado final del curso|"
    "situacion final|situacao final|situacao do curso|resultado final|status final|final status|"
    "course status|completion status|final result|completo|completo el curso|aprobado|aprobacion|"
    "aprovado|aprovacao|finalizo|finalizado|termino|concluiu|concluiu o curso|passed|certified|"
    "certificado",
}
COMPLETED = (
    "completed|complete|passed|approved|certified|yes|completado|completo|aprobado|aprobada|"
    "certificado|certificada|si|concluido|concluida|aprovado|aprovada|sim|finalizado|finalizada|1|"
    "aprobo|finalizo|termino|terminado|terminada|culmino|culminado|culminada|egresado|egresada|"
    "concluiu|finalizou|terminou|graduated|finished|pass"
)
ENROLLED = (
    "enrolled|registered|incomplete|not completed|no|failed|inscrito|inscrita|matriculado|"
    "matriculada|incompleto|no completado|no completo|no aprobado|reprobado|nao concluido|"
    "nao aprovado|reprovado|0|abandono|abandonado|abandonou|desertor|deserto|desistente|"
    "desistio|desistiu|desistencia|retirado|retirada|baja|evadido|evasao|no aprobo|"
    "no finalizo|no termino|nao concluiu|nao finalizou|en curso|em curso|em andamento|in progress|"
    "pendiente|pendente|pending|dropped out|dropped|dropout|withdrawn|withdrew|not finished|fail|"
    "reprobada|reprovada|inscripto|inscripta"
)
TEST_WORDS = frozenset(
    {"test", "teste", "tests", "testing", "prueba", "pruebas", "demo", "asdf", "xxx", "ejemplo"}
)
TEST_FILLERS = frozenset({"user", "usuario", "usuaria", "de", "nombre", "nome", "name", "aluno"})
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
TOLD_DELIMITER = re.compile(r"sep=([,;\t|])", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[A-Za-z]{2,}")
# How Windows-1252 shows the bytes 80 to BF: what follows the first byte of a letter in UTF-8.
_FOLLOWING = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
BROKEN = re.compile(f"[Â-ß][{_FOLLOWING}]|[à-ï][{_FOLLOWING}]{{2}}")


class WrongFile(Exception):
    """The file cannot be read at all; `code` says why, `line` where, as a `Row` counts."""

    def __init__(self, code: str, line: int = 0):
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Row:
    """A line of the file (the first line after the headers is 2) with its cells as text."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Read:
    """What a row says, or the code of the reason why it cannot be used."""

    values: Mapping[str, str] | None = None
    reason: str = ""


def kind_of(file_name: str, content: bytes) -> str:
    """`csv` or `xlsx`; raises `WrongFile` for anything else, or where name and content differ."""
    suffix = file_name.rpartition(".")[2].lower()
    if not content or content.isspace():
        raise WrongFile("empty")
    if len(content) > MAX_BYTES:
        raise WrongFile("too_big")
    if suffix not in ("csv", "txt", "xlsx"):
        raise WrongFile("old_excel" if suffix == "xls" else "wrong_kind")
    is_zip = content.startswith(b"PK\x03\x04")
    if is_zip != (suffix == "xlsx"):
        raise WrongFile("not_what_it_says")
    if is_zip:
        return "xlsx"
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\x00" in content[:4096]:
        raise WrongFile("wrong_kind")
    if content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise WrongFile("wrong_kind")
    return "csv"


def rows_of(kind: str, content: bytes) -> Iterator[Row]:
    """Every line that is not empty, the headers first."""
    lines = _xlsx_lines(content) if kind == "xlsx" else _csv_lines(content)
    for number, cells in enumerate(lines, start=1):
        if number > MAX_ROWS + 1:
            raise WrongFile("too_many_rows")
        if any(cells):
            yield Row(number, _trimmed(cells))


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Without the empty cells at the end, which a workbook gives for every row."""
    last = max(place for place, cell in enumerate(cells, start=1) if cell or place == 1)
    return tuple(cells[:last])


def encoding_of(content: bytes) -> str:
    """How CSV is written: UTF-8 (with or without a mark), UTF-16 with its mark, else
    Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in encodings:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise WrongFile("unreadable")


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    """A whole file as text takes four times its bytes: it is read line by line."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding_of(content), newline="")
    first = next((line for line in text if line.strip()), "")
    told = TOLD_DELIMITER.fullmatch(first.strip(" \r\n"))
    delimiter = told[1] if told else max((",", ";", "\t", "|"), key=first.count)
    text.seek(0)
    read = 0
    try:  # strict: or a mark that is not closed swallows the rows after it
        for cells in csv.reader(text, delimiter=delimiter, strict=True):
            is_told = told and delimiter.join(cells) == told.string
            yield [] if is_told else [_cell(value) for value in cells[:MAX_COLUMNS]]
            read += 1
    except csv.Error:
        raise WrongFile("row_without_end", read + 1) from None


def _xlsx_lines(content: bytes) -> Iterator[list[str]]:
    check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
            yield [_cell(value) for value in cells]
    except WrongFile:
        raise
    except Exception:
        raise WrongFile("unreadable") from None


def check_archive(content: bytes) -> None:
    """Refuse what would unpack to more than a list of people can be, before unpacking it, and
    what declares entities. A part that is longer than it says ends in an error while reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise WrongFile("too_big_unpacked")
            if "xl/workbook.xml" not in archive.namelist():
                raise WrongFile("wrong_kind")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        if b"<!" in opened.read(2048):
                            raise WrongFile("unreadable")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        raise WrongFile("unreadable") from None


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\x00", "").strip()[: MAX_CELL + 1]


def guess_columns(headers: Sequence[str]) -> dict[str, int]:
    """Which column says what, by the names of the headers in three languages."""
    found: dict[str, int] = {}
    plain = [normal_text(header) for header in headers]
    for field in FIELDS:
        names = HEADERS[field].split("|")
        for place, header in enumerate(plain):
            if header in names and place not in found.values():
                found[field] = place
                break
    has_family = "family_names" in found
    if "given_names" in found and not has_family and "name" not in found:
        found["name"] = found.pop("given_names")
    return found


def is_enough(columns: Mapping[str, int]) -> bool:
    """A list names people, or says their addresses."""
    return bool({"name", "family_names", "email"} & set(columns))


def says_all(columns: Mapping[str, int]) -> bool:
    """Whether nobody has to be asked: people are named, and whether each completed is said."""
    return is_enough(columns) and "status" in columns


def read_row(row: Row, columns: Mapping[str, int]) -> Read:
    """What the row says in the mapped columns, mended where its letters were broken."""
    cells = {name: _at(row.cells, place) for name, place in columns.items()}
    if any(len(text) > MAX_CELL for text in cells.values()):
        return Read(reason="too_long")
    if any(_is_formula(text) for text in cells.values()):
        return Read(reason="formula")
    mended = {name: mend(text) for name, text in cells.items()}
    if any(text is None for text in mended.values()):
        return Read(reason="broken_letters")
    return _judge({name: " ".join(text.split()) for name, text in mended.items()}, cells)


def _judge(said: Mapping[str, str], cells: Mapping[str, str]) -> Read:
    joined = f"{said.get('given_names', '')} {said.get('family_names', '')}".strip()
    name = said.get("name") or joined
    email = said.get("email", "").removeprefix("mailto:")
    status = _status(said) if "status" in said else "completed"
    faults = {
        "nobody": not name and not email,
        "too_long": len(name) > 240 or len(email) > 254,
        "two_people": len(EMAIL.findall(email)) > 1 or _is_two_people(cells.get("name", ""), name),
        "not_an_address": email and not EMAIL.fullmatch(email),
        "test_row": is_test(name, email),
        "unknown_status": status is None,
    }
    if reason := next((code for code, is_so in faults.items() if is_so), ""):
        return Read(reason=reason)
    kept = {"country": said.get("country", "")[:80], "edition": said.get("edition", "")[:80]}
    return Read({"name": name, "email": email, "status": status, **kept})


def _status(said: Mapping[str, str]) -> str | None:
    """An empty cell proves nothing: enrolled, which people look at."""
    word = normal_text(said["status"])
    if word in COMPLETED.split("|"):
        return "completed"
    return "enrolled" if not word or word in ENROLLED.split("|") else None


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _is_formula(text: str) -> bool:
    return text.startswith(FORMULA_STARTS) and len(text) > 1


def _is_two_people(raw: str, name: str) -> bool:
    parts = re.split(r"[;/\n&]|\s+(?:y|and)\s+", raw or name)
    names = {frozenset(words_of(part)) for part in parts}  # one written twice is one
    return len(names) > 1 and all(len(part.split()) >= 2 for part in parts)


def is_test(name: str, email: str) -> bool:
    """“Test Test”, “usuario prueba 3”, prueba@…: rows somebody made to try the system."""
    words = [word for word in normal_text(name).split() if not word.isdigit()]
    known = TEST_WORDS | TEST_FILLERS
    if words and set(words) <= known and set(words) & TEST_WORDS:
        return True
    local = re.sub(r"[\d._-]+$", "", email.partition("@")[0].lower())
    return local in TEST_WORDS


def mend(text: str) -> str | None:
    """Letters that were read in the wrong encoding, put right; None where one was lost for good.

    UTF-8 read as Windows-1252 shows a capital with an accent followed by a sign that no word has
    there (“NuÃ±ez”); “JOÃO” has a letter after it and is left alone."""
    for _round in range(2):
        text = BROKEN.sub(_mended, text)
    return None if "\ufffd" in text else text


def _mended(found: re.Match) -> str:
    try:
        return b"".join(map(_byte, found[0])).decode("utf-8")
    except UnicodeError:
        return found[0]


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
