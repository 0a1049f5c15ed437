"""What is the same for all readers is kept until a fact changes."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from lms import kept

pytestmark = pytest.mark.django_db


class Somebody:
    pass


def test_what_is_asked_of_a_person_is_asked_once_for_each_instant():
    asked = []

    @kept.asked_once
    def standing(person, at):
        asked.append((person, at))

    one, other = Somebody(), SimpleLazyObject(Somebody)
    for person, at in [(one, 1), (one, 1), (other, 1), (other, 1), (one, 2)]:
        standing(person, at)
    assert asked == [(one, 1), (other, 1), (one, 2)]


@pytest.fixture
def asked():
    """A kept function, and the list of what it was really asked."""
    calls = []

    @kept.kept
    def twice(number):
        calls.append(number)
        return number * 2 if number else None

    return twice, calls


def test_fact_is_asked_once_over_requests(asked):
    twice, calls = asked
    for _request in range(3):
        with kept.in_a_request():
            assert twice(2) == 4
    assert calls == [2]


def test_fact_is_asked_again_after_a_change(asked):
    twice, calls = asked
    with kept.in_a_request():
        twice(2)
    kept.drop()
    with kept.in_a_request():
        twice(2)
    assert calls == [2, 2]


def test_fact_is_asked_once_for_each_language(asked):
    twice, calls = asked
    for language in ("es", "en", "es"):
        with kept.in_a_request(), translation.override(language):
            twice(2)
    assert calls == [2, 2]


def test_outside_of_a_request_nothing_is_kept(asked):
    twice, calls = asked
    twice(2), twice(2)
    assert calls == [2, 2]


def test_nothing_is_kept_in_a_request_that_changed_something(asked):
    twice, calls = asked
    with kept.in_a_request():
        kept.drop()
        twice(2), twice(2)
    with kept.in_a_request():
        twice(2)
    assert calls == [2, 2, 2]


def test_what_was_not_found_is_not_kept(asked):
    twice, calls = asked
    for _request in range(2):
        with kept.in_a_request():
            assert twice(0) is None
    assert calls == [0, 0]


def test_lost_mark_forgets_everything(asked):
    """The shared cache was emptied: nobody knows what changed since."""
    twice, calls = asked
    with kept.in_a_request():
        twice(2)
    cache.clear()
    with kept.in_a_request():
        twice(2)
    assert calls == [2, 2]


def test_cache_that_holds_no_mark_shows_nothing_kept(asked, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    twice, calls = asked
    for _request in range(2):
        with kept.in_a_request():
            twice(2)
    assert calls == [2, 2]


def test_change_that_is_rolled_back_keeps_nothing_of_it(asked):
    twice, calls = asked
    with kept.in_a_request():
        twice(2)
    with pytest.raises(ZeroDivisionError), kept.in_a_request(), transaction.atomic():
        kept.drop()
        twice(2)
        raise ZeroDivisionError
    with kept.in_a_request():
        twice(2)
    assert calls[:2] == [2, 2]


def test_memory_is_bounded(asked, monkeypatch):
    twice, _calls = asked
    monkeypatch.setattr(kept, "AT_MOST", 10)
    with kept.in_a_request():
        for number in range(1, 40):
            twice(number)
    assert len(kept._values) <= 10


def test_kept_value_is_not_older_than_the_longest(asked, monkeypatch):
    twice, calls = asked
    monkeypatch.setattr(kept, "LONGEST", 0)
    for _request in range(2):
        with kept.in_a_request():
            twice(2)
    assert calls == [2, 2]
