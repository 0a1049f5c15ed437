"""The light controls draw what Django's own widgets draw."""

import pytest
from django import forms
from django.test.html import parse_html

from enrollment.forms.choosing import countries_in
from enrollment.forms.light import LightEmail, LightRadios, LightText, LightTextarea

PAIRS = [
    (LightText, forms.TextInput),
    (LightEmail, forms.EmailInput),
    (LightTextarea, forms.Textarea),
]
ATTRIBUTES = {"rows": 3, "autocomplete": "name", "required": True, "disabled": False}
GIVEN = {"id": "id_name", "aria-describedby": "id_name_helptext"}
CHOICES = [("a", "One & <only>"), ("b", "Other")]


@pytest.mark.parametrize("light, own", PAIRS)
@pytest.mark.parametrize("value", [None, "", "Ñandú", '"><script>&', " two\nlines"])
def test_light_control_draws_what_django_draws(light, own, value):
    drawn = [kind(ATTRIBUTES).render("name", value, GIVEN) for kind in (light, own)]
    assert parse_html(drawn[0]) == parse_html(drawn[1])


@pytest.mark.parametrize("value", [None, "", "a", "b", "unknown", '"><script>'])
def test_light_radios_draw_what_django_draws(value):
    given = {"id": "id_name", "aria-invalid": "true"}
    drawn = [
        kind(choices=CHOICES).render("name", value, given)
        for kind in (LightRadios, forms.RadioSelect)
    ]
    assert parse_html(drawn[0]) == parse_html(drawn[1])


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("pt-br", "CW", "Curaçao"),
        ("pt-br", "DM", "Dominica"),
        ("pt-br", "DO", "República Dominicana"),
        ("pt-br", "KR", "Coreia do Sul"),
        ("pt-br", "SI", "Eslovênia"),
        ("pt-br", "SJ", "Svalbard e Jan Mayen"),
        ("pt-br", "YE", "Iêmen"),
        ("es", "CW", "Curazao"),
        ("es", "RO", "Rumania"),
        ("en", "SI", "Slovenia"),
    ],
)
def test_countries_are_spelled_as_their_readers_spell_them(language, code, name):
    groups = countries_in(language, frozenset(["BR"]))
    assert dict(groups[1][1])[code] == name
