"""A coordinator builds what a window asks, without code, until people begin to fill it in."""

from copy import deepcopy

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import escape, strip_tags

from enrollment.forms.checking import problems_in
from enrollment.forms.definitions import default_form, form_of
from enrollment.models import EditionStatus, StaffRole
from enrollment.services.windows import change_form, checksum_of
from enrollment.staff.form_blocks import FormBuilder
from lms.decisions import DomainError
from tests.builders import WINDOW_OPENS, a_person, a_staff_member, an_edition, instant
from tests.enrollment.applying import address, draft
from tests.enrollment.staff.visits import enter
from tests.enrollment.test_conditions import asks, options

pytestmark = pytest.mark.django_db
BEFORE = instant("2019-03-20 12:00")
ASKED = [
    *default_form(),
    asks("cases", "number", required=False, min=0, max=9),
    asks("topics", "choices", choices=options("privacy", "speech")),
    asks("why", "long_text", max_chars=500, shown_if={"field": "topics", "values": ["speech"]}),
    asks("judges_only", max_chars=80, shown_if={"field": "role", "values": ["judge"]}),
]


@pytest.fixture
def edition(clock):
    clock(BEFORE)
    return an_edition()


@pytest.fixture
def window(edition):
    return edition.windows.get(kind="application")


def builder_of(edition, definition=ASKED):
    return FormBuilder(edition, deepcopy(definition), "en")


def changed(edition, place_of, change, definition=ASKED):
    """The definition after `change(value)` of the block of one question."""
    builder = builder_of(edition, definition)
    child = next(one for one in builder.stream if one.id == place_of)
    change(child.value)
    return builder.definition_of(builder.block.clean(builder.stream))


@pytest.mark.parametrize("definition", [default_form(), ASKED])
def test_a_form_that_nobody_changed_comes_back_as_it_was(edition, definition):
    builder = builder_of(edition, definition)
    stream = builder.block.clean(builder.stream)
    assert builder.definition_of(stream) == definition


def test_texts_are_changed_and_keys_stay(edition):
    def change(value):
        value["label"]["en"] = "What interests you?"
        value["choices"][0]["en"] = "Private life"

    after = changed(edition, "topics", change)[-3]
    assert after["id"] == "topics" and after["label"]["en"] == "What interests you?"
    assert after["choices"][0] == {
        "value": "privacy",
        "label": {"es": "Privacy", "pt-br": "Privacy", "en": "Private life"},
    }


def test_a_new_question_gets_a_readable_key_of_its_own(edition):
    builder = builder_of(edition)
    label = {"es": "¿Número de casos?", "pt_br": "Casos?", "en": "Cases?"}
    for _twice in range(2):
        row = {"label": label, "required": True, "max_chars": 50}
        builder.stream.append(("text", builder.block.child_blocks["text"].to_python(row)))
    after = builder.definition_of(builder.stream)
    assert [one["id"] for one in after[-2:]] == ["numero_de_casos", "numero_de_casos_2"]
    assert after[-1]["label"] == {
        "es": "¿Número de casos?",
        "pt-br": "Casos?",
        "en": "Cases?",
    }


def test_a_question_hangs_on_answers_to_one_question_above_it(edition):
    def change(value):
        value["shown_if"] = ["topics=privacy", "role=judge"]

    with pytest.raises(ValidationError) as refused:
        changed(edition, "why", change)
    assert "shown_if" in str(refused.value.block_errors[len(ASKED) - 2].block_errors)
    moved = [*ASKED[:-3], ASKED[-2], ASKED[-3], ASKED[-1]]
    assert [(one.place, "above" in str(one.text)) for one in problems_in(moved, "en")] == [
        (len(ASKED) - 3, True)
    ]


@pytest.mark.parametrize(
    ("definition", "place", "said"),
    [
        (ASKED[1:], None, "Given names, as in your ID"),
        ([one for one in ASKED if one["kind"] != "consent"], None, "consent"),
        ([*ASKED, ASKED[-1]], len(ASKED), "another question"),
        ([*ASKED, asks("x", "number", min=5, max=2)], len(ASKED), "more than the most"),
        ([*ASKED, asks("x", "choice", choices=options("one"))], len(ASKED), "fewer than two"),
        ([*ASKED, asks("x", "choice", choices=options("a", "a"))], len(ASKED), "same key"),
        ([*ASKED, {**asks("x"), "label": {}}], len(ASKED), "no text"),
        (
            [*ASKED, asks("x", shown_if={"field": "topics", "values": ["gone"]})],
            len(ASKED),
            "no answer “gone”",
        ),
    ],
)
def test_what_is_wrong_is_named_at_its_question(definition, place, said):
    (problem,) = problems_in(definition, "en")
    assert problem.place == place and said in str(problem.text)


def test_only_a_coordinator_changes_what_is_asked_and_only_until_it_opens(edition, window):
    coordinator, seen = a_staff_member(edition.program), checksum_of(form_of(window))
    stranger = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    with pytest.raises(DomainError):
        change_form(window, ASKED, seen=seen, by=stranger, at=BEFORE)
    with pytest.raises(DomainError) as refused:
        change_form(window, ASKED, seen=seen, by=coordinator, at=WINDOW_OPENS)
    assert refused.value.code == "form_frozen"
    assert form_of(change_form(window, ASKED, seen=seen, by=coordinator, at=BEFORE)) == ASKED


def test_two_coordinators_do_not_replace_each_other_unseen(edition, window):
    coordinator, seen = a_staff_member(edition.program), checksum_of(form_of(window))
    change_form(window, ASKED, seen=seen, by=coordinator, at=BEFORE)
    change_form(window, ASKED, seen=seen, by=coordinator, at=BEFORE)
    with pytest.raises(DomainError) as refused:
        change_form(window, ASKED[:-1], seen=seen, by=coordinator, at=BEFORE)
    assert refused.value.code == "stale"


def test_a_draft_s_form_changes_after_its_opening_until_somebody_has_begun(edition, window, clock):
    edition.status = EditionStatus.DRAFT
    edition.save()
    coordinator, seen = a_staff_member(edition.program), checksum_of(form_of(window))
    change_form(window, ASKED, seen=seen, by=coordinator, at=WINDOW_OPENS)
    window.refresh_from_db()
    assert form_of(window) == ASKED


def page_of(name, edition, *more):
    window = edition.windows.get(kind="application")
    return reverse(f"enrollment_staff:{name}", args=[edition.pk, window.pk, *more])


def test_a_form_that_stands_is_shown_to_be_read(edition, window, client, clock):
    """With its conditions and answers in words, and without a control that would do nothing."""
    coordinator = a_staff_member(edition.program)
    change_form(window, ASKED, seen=checksum_of(form_of(window)), by=coordinator, at=BEFORE)
    enter(client, coordinator)
    assert "data-block" in client.get(page_of("window_form", edition)).content.decode()
    clock(WINDOW_OPENS)
    page = client.get(page_of("window_form", edition)).content.decode()
    assert "data-block" not in page and "textarea" not in page and 'type="submit"' not in page
    for question in ASKED:
        assert escape(question["label"]["es"]) in page
    topics = next(one for one in ASKED if one["id"] == "topics")
    assert f"{topics['label']['es']}: Speech" in strip_tags(page)
    assert "Privacy · Speech" in page


def test_what_a_question_says_stands_once_above_its_block(edition):
    """The site's own question is named by its block; a new one has no text to show."""
    blocks = builder_of(edition).block.child_blocks
    assert blocks["given_names"].meta.label_format == ""
    assert blocks["text"].meta.label_format is None


def test_the_preview_shows_each_language_and_saves_nothing(edition, window, client):
    coordinator = a_staff_member(edition.program)
    change_form(window, ASKED, seen=checksum_of(form_of(window)), by=coordinator, at=BEFORE)
    enter(client, coordinator)
    for language, text in (("es", "Nombres"), ("pt-br", "Nomes"), ("en", "Given names")):
        page = client.get(page_of("window_form_preview", edition, language)).content.decode()
        assert text in page and f'lang="{language}' in page
    assert client.get(page_of("window_form_preview", edition, "fr")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({}, 400),
        ({"questions-count": "x"}, 400),
        ({"questions-count": "9" * 30}, 400),
        ({"questions-count": "-1"}, 200),
    ],
)
def test_a_form_that_no_page_sent_is_refused_in_words(edition, window, client, typed, status):
    before = form_of(window)
    enter(client, a_staff_member(edition.program))
    answer = client.post(page_of("window_form", edition), {"seen": "x" * 64, **typed})
    assert answer.status_code == status
    window.refresh_from_db()
    assert form_of(window) == before


def test_what_is_built_is_asked_and_submitted(edition, window, client, clock):
    coordinator = a_staff_member(edition.program)
    change_form(window, ASKED, seen=checksum_of(form_of(window)), by=coordinator, at=BEFORE)
    clock(WINDOW_OPENS)
    client.force_login(a_person())
    answer = draft(client, edition, topics=["speech"], why="", judges_only="x")
    assert answer.context["form"].errors.keys() == {"why"}
    answer = draft(client, edition, topics=["speech"], why="Because", judges_only="x")
    assert answer.url == address("application_check", edition)


def a_file(**more):
    return asks("letter", "file", **{"types": ["pdf"], "max_mb": 5, **more})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([a_file(types=[])], "no type of file"),
        ([a_file(types=["exe"])], "no type of file"),
        ([a_file(max_mb=11)], "from 1 to 10 MB"),
        ([a_file(max_mb=0)], "from 1 to 10 MB"),
        ([{**a_file(), "id": f"f{number}"} for number in range(6)], "At most 5 questions"),
        ([a_file()], ""),
    ],
)
def test_a_question_for_a_file_that_cannot_be_asked_is_refused(fields, said, english):
    texts = [str(one.text) for one in problems_in([*default_form(), *fields], "en")]
    assert len(texts) == bool(said) and all(said in text for text in texts)
