"""The paper: one sheet, front and back, whatever the name; the same bytes for the same words."""

import io
from datetime import date

import pikepdf
import pytest

from certificates import pdf, wording
from certificates.samples import of_design
from tests.builders import CERTIFICATES, an_edition
from tests.certificates.builders import a_design

ORDINARY = "María José Ñáñez d’Ávila-Gonçalves"
LONG = "Maximiliano Sebastián Fernández-Villavicencio y Etcheverrigaray de la Santísima Trinidad"


@pytest.fixture
def certificate(db):
    return of_design(a_design(an_edition().program), "es", at=CERTIFICATES)


def printed(certificate, name):
    certificate.snapshot = {**certificate.snapshot, "name": name}
    return pdf.render(certificate)


@pytest.mark.parametrize("name", ["Ana Lima", ORDINARY, LONG, "Ñ" * 200, "Abreu " * 33])
def test_paper_has_a_front_and_a_back_whatever_the_name(certificate, name):
    with pikepdf.open(io.BytesIO(printed(certificate, name))) as paper:
        assert len(paper.pages) == 2
        assert name.strip()[:20] in str(paper.docinfo["/Title"])


def test_same_words_give_the_same_bytes(certificate):
    assert printed(certificate, ORDINARY) == printed(certificate, ORDINARY)
    assert printed(certificate, ORDINARY) != printed(certificate, "Ana Lima")


def test_preview_differs_from_what_is_issued(certificate):
    assert pdf.render(certificate, mark="Preview") != pdf.render(certificate)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ana Lima", ["Ana Lima"]),
        (ORDINARY, [ORDINARY]),
        (
            "Maria da Conceição Figueiredo Albuquerque de Vasconcelos e Sá",
            ["Maria da Conceição Figueiredo", "Albuquerque de Vasconcelos e Sá"],
        ),
        ("Ñ" * 90, ["Ñ" * 90]),
        ("", [""]),
    ],
)
def test_long_name_is_broken_into_even_lines(name, lines):
    assert pdf.lines_of(name) == lines


def test_no_word_of_a_name_is_lost():
    assert " ".join(pdf.lines_of(LONG)) == LONG
    assert len(pdf.lines_of(LONG)) == 2
    assert max(map(len, pdf.lines_of("Abreu " * 33))) <= pdf.LONGEST_LINE


def test_last_line_holds_more_than_one_word():
    assert pdf.bound("con 32 horas y las dos fases") == "con 32\xa0horas y las\xa0dos\xa0fases"


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", "1 de julio de 2019"), ("pt-br", "1º de julho de 2019"), ("en", "1 July 2019")],
)
def test_days_are_written_as_each_language_writes_them(language, text):
    assert wording.long_date(date(2019, 7, 1), language) == text
