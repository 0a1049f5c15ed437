"""What staff leave open in a text: only what is known is filled in, and never a link."""

import pytest

from lms.mail.placeholders import filled, of_a_person, unknown_in

KNOWN = ("name", "program")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Dear {name}, {program}", []),
        ("Dear { name }", []),
        ("no braces at all", []),
        ("{nombre} and {Name}, {nombre}", ["{nombre}", "{Name}"]),
        ("{}", ["{}"]),
        ("{name", ["{name"]),
        ("name}", ["}"]),
        ("{{name}}", ["{", "}"]),
        ("{person.email} {0} {name!r}", ["{person.email}", "{0}", "{name!r}"]),
        ("{% now %}", ["{% now %}"]),
        ("{" + "x" * 5000 + "}", ["{" + "x" * 39]),
    ],
)
def test_what_has_no_value_is_named_as_it_was_typed(text, unknown):
    assert unknown_in(text, KNOWN) == unknown


def test_a_value_is_not_filled_in_again():
    values = {"name": "{program} {name}", "program": "P"}
    assert filled("{name} / { program } / {other}", values) == "{program} {name} / P / {other}"


@pytest.mark.parametrize(
    "name", ["María José Ñáñez d'Ávila-Gonçalves", "J. P. Silva", "J.P. Silva", "Ana, Dra."]
)
def test_a_name_stays_as_it_is(name):
    assert of_a_person(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "https://evil.example/x",
        "http://localhost:8000/en/my/",
        "evil.example",
        "www.evil.example",
        "rosa@evil.example",
        "evil。example",
        "Rosa evil.example/win now",
    ],
)
def test_what_a_person_typed_is_never_an_address(typed):
    import re

    assert not re.search(r"\S[.。@/:]\S", of_a_person(typed))


def test_what_a_person_typed_is_one_short_line():
    assert of_a_person("Rosa\n\nhave  won\t") == "Rosa have won"
    assert len(of_a_person("x" * 5000)) == 120
