"""Questions that hang on other answers: asked, required, kept and shown by the same rule."""

import pytest

from enrollment.forms.conditions import asked_in
from enrollment.forms.definitions import default_form
from enrollment.models import Application
from tests.builders import WINDOW_OPENS, a_person, an_edition
from tests.enrollment.applying import address, answers, draft, press_submit

RURAL = {"field": "workplace_kind", "values": ["rural_or_small_town"]}
BY_BOAT = {"field": "travel", "values": ["boat", "mule"]}


def asks(identity, kind="text", required=True, **more):
    label = {"es": f"¿{identity}?", "pt-br": f"{identity}?", "en": f"{identity}?"}
    return {"id": identity, "kind": kind, "required": required, "label": label, **more}


def options(*values):
    languages = ("es", "pt-br", "en")
    return [{"value": one, "label": dict.fromkeys(languages, one.title())} for one in values]


DEFINITION = [
    *default_form(),
    asks("travel", "choices", choices=options("road", "boat", "mule"), shown_if=RURAL),
    asks("boat_days", max_chars=40, shown_if=BY_BOAT),
    asks("sworn_on", "date", required=False),
]


def test_a_question_is_asked_when_its_condition_is_met_all_the_way_up():
    def asked(**typed):
        return asked_in(DEFINITION, typed) & {"travel", "boat_days"}

    assert asked() == set()
    assert asked(workplace_kind="capital", travel=["boat"]) == set()
    assert asked(workplace_kind="rural_or_small_town", travel=["road"]) == {"travel"}
    assert asked(workplace_kind="rural_or_small_town", travel=["road", "mule"]) == {
        "travel",
        "boat_days",
    }
    assert asked(workplace_kind="rural_or_small_town", travel="boat") == {"travel", "boat_days"}


@pytest.fixture
def edition(clock, db):
    clock(WINDOW_OPENS)
    edition = an_edition()
    edition.windows.update(form=DEFINITION, form_frozen_at=WINDOW_OPENS)
    return edition


@pytest.fixture
def page(client, edition):
    client.force_login(a_person())
    return lambda: client.get(address("application_form", edition, "en"))


def shown(page) -> str:
    return page.context["form"].asked_shown


def go_on(client, edition, page, **changes):
    typed = answers(**changes) | {"asked": shown(page), "revision": page.context["revision"]}
    return client.post(address("application_form", edition, "en"), {**typed, "continue": "1"})


@pytest.mark.django_db
def test_without_a_script_further_questions_are_asked_one_after_the_other(client, edition, page):
    first = page()
    assert " hidden>" in first.content.decode() and "travel" not in shown(first)
    second = go_on(client, edition, first)
    text = second.content.decode()
    assert "Your answers lead to one more question: travel?" in text
    assert "Please correct" not in text and "travel" in shown(second)
    third = go_on(client, edition, second, travel=["mule", "boat"])
    assert "one more question: boat_days?" in third.content.decode()
    missing = go_on(client, edition, third, travel=["mule", "boat"])
    assert missing.context["form"].errors.keys() == {"boat_days"}
    done = go_on(client, edition, third, travel=["mule", "boat", "mule\x00"], boat_days="two")
    assert done.url == address("application_check", edition, "en")
    check = client.get(done.url).content.decode()
    assert "Mule" in check and "Boat" in check and "two" in check
    press_submit(client, edition)
    stored = Application.objects.get().answers
    assert stored["travel"] == ["mule", "boat"]
    assert stored["boat_days"] == "two"


@pytest.mark.django_db
def test_what_is_not_asked_is_neither_required_nor_submitted_nor_lost(client, edition, page):
    page()
    capital = {"workplace_kind": "capital", "travel": ["boat"], "boat_days": "x" * 500}
    assert draft(client, edition, **capital).status_code == 302
    assert "boat" not in client.get(address("application_check", edition)).content.decode()
    press_submit(client, edition)
    application = Application.objects.get()
    assert application.is_in_selection
    assert not {"travel", "boat_days"} & application.answers.keys()
    assert draft(client, edition, button="save", **capital).status_code == 302
    application.refresh_from_db()
    assert application.draft["travel"] == ["boat"]


@pytest.mark.django_db
@pytest.mark.parametrize("typed, stored", [("2011-03-09", "2011-03-09"), ("", None)])
def test_a_date_is_kept_as_a_day_and_read_in_words(client, edition, page, typed, stored):
    page()
    plain = {"workplace_kind": "capital", "sworn_on": typed}
    assert draft(client, edition, **plain).status_code == 302
    if stored:
        assert (
            "9 de marzo de 2011"
            in client.get(address("application_check", edition)).content.decode()
        )
    press_submit(client, edition)
    assert Application.objects.get().answers.get("sworn_on") == stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    "strange",
    [
        {"sworn_on": "yesterday"},
        {"sworn_on": "9" * 5000},
        {"workplace_kind": "rural_or_small_town", "travel": ["plane"]},
        {"workplace_kind": "rural_or_small_town", "travel": ["plane\x00"] * 300},
    ],
)
def test_what_no_question_offers_is_refused_where_it_was_typed(client, edition, page, strange):
    page()
    answer = draft(client, edition, **{"workplace_kind": "capital", **strange})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() & {"sworn_on", "travel"}


@pytest.mark.django_db
def test_two_tabs_that_differ_in_several_choices_show_both(client, edition, page):
    first = page()
    rural = {"workplace_kind": "rural_or_small_town", "boat_days": "one"}
    draft(client, edition, button="save", travel=["boat", "road"], **rural)
    stale = draft(client, edition, revision=first.context["revision"], travel=["mule"], **rural)
    assert stale.status_code == 409
    assert stale.context["form"].saved_elsewhere == {"travel": "Boat\nRoad"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "only"),
    [
        ("es", "Solo si respondió «Zona rural o localidad pequeña» a la pregunta 8."),
        ("en", "Only if you answered “Boat / Mule” to question 21."),
    ],
)
def test_the_form_on_paper_has_every_question_and_what_it_hangs_on(client, edition, language, only):
    page = client.get(address("application_blank", edition, language)).content.decode()
    assert only in page
    assert page.count('class="question"') == len(DEFINITION)
    assert "<input" not in page.partition("<main")[2]
