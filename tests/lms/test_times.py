"""Deadlines as people read them: the day announced, the reader's hour, UTC."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import timezone, translation

from lms.deadlines import announced_day, city, last_moment

CLOSES = datetime(2019, 4, 13, 7, tzinfo=UTC)


def written(tag, instant=CLOSES, zone="America/Tijuana"):
    template = engines["django"].from_string("{% load times %}{% " + tag + " instant zone %}")
    return template.render({"instant": instant, "zone": zone})


def test_the_day_announced_is_the_one_that_has_just_ended():
    assert announced_day(CLOSES, "America/Tijuana") == date(2019, 4, 12)
    assert last_moment(CLOSES, "America/Tijuana").hour == "24:00"


def test_a_deadline_within_a_day_is_announced_on_that_day():
    assert announced_day(datetime(2019, 4, 25, 21, tzinfo=UTC), "America/Lima") == date(2019, 4, 25)


def test_cities_have_their_accents():
    assert city("America/Sao_Paulo") == "São Paulo"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_deadline_names_day_reader_and_utc():
    with timezone.override("America/Montevideo"), translation.override("en"):
        assert written("deadline_text") == (
            "Friday 12 April 2019, until 04:00 on 13 April in Montevideo (07:00 on 13 April UTC)"
        )
        assert 'datetime="2019-04-13T07:00:00Z"' in written("deadline")


def test_deadline_for_an_unknown_reader_asks_the_device():
    with translation.override("en"):
        assert "until 24:00 in Tijuana (07:00 on 13 April UTC)" in written("deadline")
        assert "data-local" in written("deadline")


def test_nothing_is_written_for_no_deadline():
    assert written("deadline", None) == written("moment", None) == ""


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_every_language_writes_every_tag(language):
    with timezone.override("America/Lima"), translation.override(language):
        for tag in ("deadline", "deadline_text", "moment", "moment_text"):
            assert "Lima" in written(tag)
