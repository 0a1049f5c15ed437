"""Deadlines as people read them: the day announced, the reader's hour, UTC."""

from datetime import UTC, date, datetime

import pytest
from django.template import engines
from django.utils import timezone, translation

from lms.deadlines import city, last_moment
from lms.templatetags.times import day, when, when_short

CLOSES = datetime(2019, 4, 13, 7, tzinfo=UTC)


def written(tag, instant=CLOSES, zone="America/Tijuana"):
    template = engines["django"].from_string("{% load times %}{% " + tag + " instant zone %}")
    return template.render({"instant": instant, "zone": zone})


def test_the_day_announced_is_the_one_that_has_just_ended():
    end = last_moment(CLOSES, "America/Tijuana")
    assert (end.day, end.hour) == (date(2019, 4, 12), "24:00")


def test_a_deadline_within_a_day_is_announced_on_that_day():
    end = last_moment(datetime(2019, 4, 25, 21, tzinfo=UTC), "America/Lima")
    assert (end.day, end.hour) == (date(2019, 4, 25), "16:00")


def test_cities_have_their_accents():
    assert city("America/Sao_Paulo") == "São Paulo"
    assert city("America/Argentina/Buenos_Aires") == "Buenos Aires"


def test_deadline_names_day_reader_and_utc():
    with timezone.override("America/Montevideo"), translation.override("en"):
        assert written("deadline_text") == (
            "Friday 12 April 2019, until 04:00 on 13 April in Montevideo (07:00 UTC)"
        )
        assert 'datetime="2019-04-13T07:00:00Z"' in written("deadline")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (
            "America/Montevideo",
            "Friday 12 April 2019, <strong>until 04:00 on 13 April in Montevideo (07:00 UTC)"
            "</strong></time>",
        ),
        ("America/Tijuana", "<strong>Friday 12 April 2019</strong>, until 24:00 in Tijuana"),
        ("Pacific/Pago_Pago", "<strong>Friday 12 April 2019</strong>, until 20:00 in Pago Pago"),
        ("UTC", "<strong>Friday 12 April 2019</strong>, until 24:00 in Tijuana"),
    ],
)
def test_what_stands_out_of_a_deadline_is_the_readers_own_day(zone, shown):
    with timezone.override(zone), translation.override("en"):
        assert f">{shown}" in written("deadline")
        assert written("deadline").count("<strong>") == 1


def test_deadline_for_an_unknown_reader_asks_the_device():
    with translation.override("en"):
        assert "until 24:00 in Tijuana (07:00 on 13 April UTC)" in written("deadline")
        assert "data-local" in written("deadline")


def test_nothing_is_written_for_no_deadline():
    assert written("deadline", None) == written("moment", None) == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "es",
            "viernes 12 de abril de 2019, hasta las 04:00 del 13 de abril en Montevideo"
            " (07:00 UTC)",
        ),
        (
            "pt-br",
            "sexta-feira, 12 de abril de 2019, até as 04:00 de 13 de abril em Montevidéu"
            " (07:00 UTC)",
        ),
    ],
)
def test_a_deadline_reads_as_a_jurist_would_write_it(language, text):
    with timezone.override("America/Montevideo"), translation.override(language):
        assert written("deadline_text").lower() == text.lower()


def test_the_first_of_a_month_is_an_ordinal_in_brazil():
    first, last = date(2019, 7, 1), date(2019, 7, 31)
    with translation.override("pt-br"):
        assert (day(first), day(last)) == ("1º de julho de 2019", "31 de julho de 2019")
    with translation.override("es"):
        assert day(first) == "1 de julio de 2019"


def test_a_moment_names_its_zone():
    with timezone.override("America/Lima"), translation.override("es"):
        assert written("moment_text") == "sábado 13 de abril de 2019, 02:00 (Lima)"
    with translation.override("en"):
        assert written("moment_text") == "Saturday 13 April 2019, 00:00 (Tijuana)"


def test_an_instant_in_a_table_is_on_the_readers_clock_or_names_another():
    instant = datetime(2019, 4, 13, 7, tzinfo=UTC)
    with translation.override("es"):
        assert when_short(instant) == "13 abr 2019, 07:00 (UTC)"
        assert when_short(instant, "America/Montevideo") == "13 abr 2019, 04:00 (Montevideo)"
        assert when_short(None) == ""
        with timezone.override("America/Lima"):
            assert when_short(instant) == "13 abr 2019, 02:00"
            assert when(instant) == "sábado 13 de abril de 2019, 02:00 (Lima)"
