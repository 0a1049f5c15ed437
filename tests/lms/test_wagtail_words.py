"""What Wagtail leaves in English is said in the languages of the staff."""

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

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
