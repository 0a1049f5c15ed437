"""An edition that is not given in the reader's language says in which ones it is."""

import pytest

from enrollment.next_step import home_card
from tests.builders import WINDOW_CLOSES, a_person, an_edition, instant
from tests.enrollment.applying import address

pytestmark = pytest.mark.django_db
AT = instant("2019-04-02T15:00")
SAID = "Oferecido nestes idiomas: Español, English."


@pytest.fixture
def edition(clock):
    clock(AT)
    return an_edition(languages=["es", "en"])


@pytest.mark.parametrize("page", ["application_form", "application_blank"])
@pytest.mark.parametrize(("language", "is_said"), [("pt-br", True), ("es", False), ("en", False)])
def test_the_form_says_in_which_languages_it_is_offered(client, edition, page, language, is_said):
    client.force_login(a_person(language=language))
    shown = client.get(address(page, edition, language)).text
    assert (SAID in shown) == is_said
    assert ("Español, English" in shown) == is_said


def test_so_does_the_page_of_a_closed_window(client, edition, clock):
    clock(WINDOW_CLOSES)
    assert SAID in client.get(address("application_form", edition, "pt-br")).text


def test_so_does_the_home_beside_what_is_open(client, edition):
    an_edition()
    person = a_person(language="pt-br")
    client.force_login(person)
    assert client.get("/pt-br/my/").text.count(SAID) == 1
    assert len(home_card(person, AT).context["open_to"]) == 2


def test_what_is_offered_in_the_readers_language_says_nothing(client, clock):
    clock(AT)
    edition = an_edition(languages=["pt-br"])
    client.force_login(a_person(language="pt-br"))
    assert "Oferecido" not in client.get(address("application_form", edition, "pt-br")).text
