"""What Wagtail leaves in English is said in the languages of the staff."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.trans_real import DjangoTranslation
from django.views.i18n import JSONCatalog

from lms.wagtail_words import WORDS


@pytest.mark.parametrize("language", ["es", "pt-br"])
def test_wagtails_words_are_in_the_staffs_language(language):
    with translation.override(language):
        assert [word for word in WORDS if gettext(word) == word] == []


def test_counts_on_the_admins_home_are_in_the_staffs_language():
    one = '%(total)s Page <span class="w-sr-only">created in %(site_name)s</span>'
    many = '%(total)s Pages <span class="w-sr-only">created in %(site_name)s</span>'
    with translation.override("es"):
        assert ngettext(one, many, 1).startswith("%(total)s página ")
        assert ngettext(one, many, 381).startswith("%(total)s páginas ")


def test_a_count_of_matches_is_spelled_right():
    with translation.override("es"):
        assert ngettext("There is %(counter)s match", "There are %(counter)s matches", 1) == (
            "Hay %(counter)s coincidencia"
        )


@pytest.mark.parametrize(
    ("language", "said"),
    [("es", "Buscar entre las opciones…"), ("pt-br", "Houve um erro de rede.")],
)
def test_wagtails_scripts_are_in_the_staffs_language(language, said):
    view = JSONCatalog()
    view.translation = DjangoTranslation(language, "djangojs", view.get_paths(["wagtail.admin"]))
    assert said in view.get_catalog().values()
