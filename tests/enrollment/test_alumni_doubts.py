"""What a list of alumni says that nobody knows."""

import pytest

from enrollment.alumni_doubts import Said, unknown_countries, unknown_years


def said(*values):
    return [Said(value, 1, line) for line, value in enumerate(values, start=2)]


@pytest.mark.parametrize(
    "name",
    [
        "Perú",
        "peru",
        "PE",
        "PER",
        "Brazil",
        "BRASIL",
        "México",
        "Estados Unidos",
        "EE. UU.",
        "Bolivia (Estado Plurinacional de)",
        "Venezuela, República Bolivariana de",
        "República Dominicana",
        "Trinidad y Tobago",
        "Trinidad and Tobago",
        "Costa Rica",
        "",
    ],
)
def test_country_is_known_by_its_name_in_three_languages_or_its_code(name):
    assert unknown_countries(said(name)) == []


@pytest.mark.parametrize("name", ["Narnia", "Lima", "XX"])
def test_country_that_is_none_is_doubtful(name):
    assert [one.value for one in unknown_countries(said(name))] == [name]


@pytest.mark.parametrize("text", ["dosmil", "17", "3017", "2020", "1889"])
def test_course_without_a_possible_year_is_doubtful_among_years(text):
    found = unknown_years(said("2017", "Curso 2018", text), header="edición", this_year=2019)
    assert [one.value for one in found] == [text]


def test_courses_that_are_no_years_are_any_text_unless_the_header_says_year():
    courses = said("Cohorte A", "Cohorte B", "2017")
    assert unknown_years(courses, header="cohorte", this_year=2019) == []
    assert len(unknown_years(courses, header="Año", this_year=2019)) == 2
