"""What is kept for all readers stays as it was read, whatever they do, and holds nobody's data."""

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.urls import reverse

from content.models import EditionPage, LessonPage, Module
from enrollment.models import Application, Enrollment
from lms import kept
from lms.accounts.models import User
from tests.builders import a_person, an_edition, an_enrollment
from tests.content.builders import a_module_with_lessons
from tests.content.discussing import MONDAY, a_discussion, a_discussion_page, a_person_in_phase_two
from tests.enrollment.applying import submit

pytestmark = pytest.mark.django_db

IN_WINDOW, IN_PHASE_ONE = "2019-04-02T15:00:00Z", "2019-04-23T12:00:00Z"


class Remembering(dict):
    """The kept values, and how each was when it was kept."""

    def __init__(self):
        super().__init__()
        self.as_read = {}

    def __setitem__(self, key, entry):
        super().__setitem__(key, entry)
        self.as_read[key] = said(entry[2])


def rows_in(value, seen: set[int] | None = None) -> Iterator[Model]:
    """The rows of the database that can be reached from a value without a query."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Model):
        yield value
        inner = [*vars(value).values(), *value._state.fields_cache.values()]
    elif isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    else:
        inner = vars(value).values() if type(value).__name__ == "Announced" else ()
    for one in inner:
        yield from rows_in(one, seen)


def said(value) -> dict[tuple, dict[str, str]]:
    """What was read of each row; where there is none, the value itself."""
    facts = {
        (type(row).__name__, row.pk): {
            field.name: field.value_to_string(row)
            for field in row._meta.concrete_fields
            if field.attname in vars(row)
        }
        for row in rows_in(value)
    }
    return facts or {(): {"": repr(value)}}


@pytest.fixture
def values(monkeypatch):
    monkeypatch.setattr(kept, "_values", Remembering())
    return kept._values


@pytest.fixture
def edition():
    edition = an_edition()
    for order in (1, 2):
        a_module_with_lessons(edition, order=order, questions=8)
    a_discussion_page(a_discussion(edition))
    return edition


def applies(client, edition):
    client.force_login(a_person(language="es"))
    assert submit(client, edition).status_code == 302
    assert client.get("/es/my/").status_code == 200


def learns(client, edition):
    client.force_login(an_enrollment(edition).person)
    lessons = LessonPage.objects.filter(module__order=1)
    pages = [EditionPage.objects.get(), *lessons, LessonPage.objects.filter(module__order=2)[0]]
    for page in pages:
        assert client.get(page.url).status_code in (200, 403)
    for lesson in lessons:
        client.post(reverse("content:mark_read", args=[lesson.translation_key]))
    module = Module.objects.get(order=1)
    attempt = client.post(reverse("content:quiz_start", args=[module.pk]), follow=True)
    keys = [question["key"] for question in attempt.context["attempt"].questions]
    client.post(attempt.request["PATH_INFO"], {"act": "submit", **dict.fromkeys(keys, "a")})
    assert client.get("/es/my/").status_code == 200


def debates(client, edition):
    client.force_login(a_person_in_phase_two(edition).person)
    discussion = edition.phases.get(order=2).discussions.get()
    room = client.get(reverse("content:discussion", args=[discussion.pk]), follow=True)
    token = room.context["form"]["token"].value()
    client.post(room.request["PATH_INFO"], {"text": "Una opinión.", "token": token})
    assert client.get("/es/my/").status_code == 200


def test_nobody_changes_what_is_kept_for_all(values, edition, client, clock):
    ways = [(IN_WINDOW, applies), (IN_PHASE_ONE, learns), (MONDAY, debates)]
    for at, way in ways * 2:
        clock(at)
        way(client, edition)
    assert {key[0].__name__ for key in values} >= {
        "announced",
        "application_window",
        "application_windows",
        "discussion_pages",
        "discussions_in",
        "edition_url",
        "entries",
        "find_gated",
        "lessons_by_module",
        "module_pages",
        "modules_of",
        "roles_of",
        "site_roots",
    }
    for key, (_mark, _until, value) in values.items():
        now = said(value)
        for row, facts in values.as_read[key].items():
            assert facts.items() <= now[row].items(), key
        for row in rows_in(value):
            assert not isinstance(row, User | Enrollment | Application), key
            assert "_prefetched_objects_cache" not in vars(row), key
