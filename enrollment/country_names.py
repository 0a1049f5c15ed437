"""Countries as people write them, in the languages of the site."""

from __future__ import annotations

import re
from functools import cache

from django.conf import settings
from django.utils import translation
from django_countries import countries

from enrollment.names import normal_text

ALSO = {
    "US": "ee uu|eeuu|eua|usa|us|u s a|estados unidos de america|estados unidos da america|"
    "united states|united states of america",
    "DO": "rep dominicana|republica dominicana|santo domingo",
    "GB": "reino unido|uk|inglaterra|england|great britain",
    "NL": "holanda|holland",
    "KR": "corea|korea",
    "RU": "rusia|russia",
    "AR": "republica argentina",
    "UY": "republica oriental del uruguay",
    "PA": "republica de panama",
    "CL": "republica de chile",
    "BR": "brasil|republica federativa do brasil",
    "MX": "mexico df|cdmx",
    "CU": "cuba",
    "VE": "venezuela",
    "BO": "bolivia",
    "CW": "curacao|curazao|antillas neerlandesas",
    "SV": "salvador|salvador el",
    "TT": "trinidad|trinidad tobago|trinidad tobago wi",
}


def country_code(text: str) -> str:
    """The code of the country that is meant; empty where none is."""
    codes = _codes()
    return codes.get(normal_text(text)) or codes.get(normal_text(_short(text)), "")


@cache
def _codes() -> dict[str, str]:
    """By name or code, without accents."""
    codes = {name: code for code, names in ALSO.items() for name in names.split("|")}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, name in countries:
                for one in (code, countries.alpha3(code), str(name), _short(str(name))):
                    codes.setdefault(normal_text(one), code)
    codes.pop("", None)
    return codes


def _short(name: str) -> str:
    """“Bolivia” of “Bolivia (Estado Plurinacional de)” and of “Bolivia, Estado…”."""
    return re.split(r"[(,]", name)[0]
