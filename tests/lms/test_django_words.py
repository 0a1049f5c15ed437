"""What a form says of a wrong answer, where Django's own words are stiff."""

import pytest
from django import forms
from django.utils import translation


class Asked(forms.Form):
    years = forms.IntegerField(min_value=0, max_value=60)
    whole = forms.IntegerField()
    email = forms.EmailField()
    text = forms.CharField(max_length=3)
    letter = forms.CharField(max_length=1)
    role = forms.ChoiceField(choices=[("a", "A")])
    day = forms.DateField()


WRONG = {
    "years": "61",
    "whole": "x",
    "email": "rosa",
    "text": "cinco",
    "letter": "cinco",
    "role": "z",
    "day": "x",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            [
                "Escriba 60 o menos.",
                "Escriba un número entero, solo con cifras.",
                "Escriba una dirección de correo completa, como nombre@ejemplo.org.",
                "Escriba como máximo 3 caracteres; ahora tiene 5.",
                "Escriba como máximo 1 carácter; ahora tiene 5.",
                "«z» no está entre las opciones. Elija una de ellas.",
                "Escriba una fecha que exista.",
            ],
        ),
        (
            "pt-br",
            [
                "Digite 60 ou menos.",
                "Digite um número inteiro, só com algarismos.",
                "Digite um endereço de e-mail completo, como nome@exemplo.org.",
                "Digite no máximo 3 caracteres; agora há 5.",
                "Digite no máximo 1 caractere; agora há 5.",
                "“z” não está entre as opções. Escolha uma delas.",
                "Digite uma data que exista.",
            ],
        ),
    ],
)
def test_a_wrong_answer_is_told_plainly(language, said):
    with translation.override(language):
        assert [text for [text] in Asked(WRONG).errors.values()] == said
