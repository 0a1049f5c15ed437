"""The calendar as a picture and as a list."""

import re
from datetime import timedelta

import pytest
from django.template import engines
from django.utils import translation

from lms.hooks import CalendarEntry
from lms.timeline import WIDTH, draw, stacked, state_of
from tests.browser.gallery import announced
from tests.builders import WINDOW_CLOSES, WINDOW_OPENS, instant

AT = instant("2019-05-08T15:00")
SECOND = timedelta(seconds=1)


def drawn(at=AT, entries=None):
    entries = announced() if entries is None else entries
    return draw(entries, at, lambda entry: "21 March – 12 April")


def rendered(at=AT, language="en", entries=None):
    template = engines["django"].from_string("{% load calendars %}{% calendar entries at %}")
    with translation.override(language):
        return template.render({"entries": announced() if entries is None else entries, "at": at})


def test_nothing_is_drawn_of_nothing():
    assert drawn(entries=[]) is None
    assert "<figure" not in rendered(entries=[])


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (WINDOW_OPENS - SECOND, "next"),
        (WINDOW_OPENS, "now"),
        (WINDOW_CLOSES - SECOND, "now"),
        (WINDOW_CLOSES, "past"),
    ],
)
def test_a_span_is_half_open(at, state):
    assert state_of(announced()[0], at) == state


def test_parts_are_numbered_within_their_phase():
    numbers = [mark.number for mark in drawn().marks if mark.number]
    assert numbers == [1, 2, 3, 4, 1, 2, 3]
    states = [mark.state for mark in drawn().marks if mark.number]
    assert states == ["past", "past", "now", "next", "next", "next", "next"]


def test_a_phase_without_parts_is_drawn_whole():
    wholes = [entry for entry in announced() if entry.kind not in ("module", "discussion")]
    drawing = draw(wholes, instant("2019-05-08T15:00"), lambda entry: "")
    assert [mark.number for mark in drawing.marks] == [0] * len(wholes)


def test_everything_stays_within_the_drawing():
    drawing = drawn()
    assert all(m.x >= 0 and m.x + m.width <= WIDTH for m in drawing.marks)
    assert 0 < drawing.today < WIDTH
    assert all(label.top >= 0 for label in drawing.labels)


def test_today_far_away_is_not_on_the_line_but_in_the_list():
    assert drawn(instant("2026-01-01T00:00")).today is None
    assert "Today: 1 January" in rendered(instant("2026-01-01T00:00"))


def test_years_are_named_where_the_days_are_long_past():
    text = rendered(instant("2026-01-01T00:00"))
    assert "21 March – 12 April 2019" in text
    assert "16 April 2019" in text
    assert "2019" not in re.sub(r"<svg.*?</svg>|id=.*?>", "", rendered(), flags=re.DOTALL)


@pytest.mark.parametrize(
    "names",
    [
        [(10, 200), (100, 200), (150, 80), (400, 100), (950, 200)],
        # the first reaches only to the second, which stands above what follows it
        [(12, 272), (259, 130), (313, 310), (315, 240), (950, 200)],
    ],
)
def test_names_do_not_touch_each_other_nor_a_leader(names):
    placed = stacked(names)
    boxes = [
        (level, x if side == "start" else x - width, x + width if side == "start" else x, x)
        for (x, width), (level, side) in zip(names, placed, strict=True)
    ]
    for n, (level, left, right, _x) in enumerate(boxes):
        for m, (other, begins, ends, leader) in enumerate(boxes):
            if m == n:
                continue
            assert other != level or ends <= left or right <= begins
            assert other <= level or not left < leader < right


@pytest.mark.parametrize("day", range(22, 31))
def test_no_diamond_covers_a_number(day):
    last = CalendarEntry(instant(f"2019-04-{day}T07:00"), None, "Last day", "offer")
    drawing = drawn(entries=[*announced(), last])
    diamonds = [mark.x for mark in drawing.marks if not mark.width]
    for mark in drawing.marks:
        if mark.number:
            assert mark.x < mark.middle < mark.x + mark.width
            assert all(abs(x - mark.middle) >= 17 for x in diamonds)


def test_the_list_names_days_as_announced():
    text = rendered()
    assert "21 March – 12 April" in text
    assert "16 April" in text
    assert text.index("Gobernanza") < text.index("Today: 8 May") < text.index("Los actores")


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_the_drawing_has_no_style_and_whole_numbers(language):
    text = rendered(language=language)
    assert "style=" not in text
    assert 'role="img"' in text
    assert ',5"' not in text
