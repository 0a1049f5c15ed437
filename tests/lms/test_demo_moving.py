"""What is written in JSON, and what is kept of it, moves with the rows it belongs to."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import DateTimeField
from wagtail.models import Site

from enrollment.announced import announced
from enrollment.demo.building import LIVING
from enrollment.demo.data import read
from enrollment.demo.moving import PATHS, moved
from enrollment.models import Edition
from lms import journal, kept
from lms.demo import standing
from tests.builders import a_program, an_edition, instant


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2019-04-16T13:00:00+00:00", "2019-04-22T13:00:00+00:00"),
        ("2019-04-27", "2019-05-03"),
        (
            "2019-03-21T12:00:00+00:00 / 2019-04-13T07:00:00+00:00",
            "2019-03-27T12:00:00+00:00 / 2019-04-19T07:00:00+00:00",
        ),
        ({"activities": [{"completed_on": "2019-04-27", "hours": 5}]},) * 2,
        ("at_once", "at_once"),
        ("2019a4c3ffee", "2019a4c3ffee"),
        (1000, 1000),
    ],
)
def test_days_and_instants_move_and_nothing_else(before, after):
    if isinstance(before, dict):
        assert moved(before, 6)["activities"][0] == {"completed_on": "2019-05-03", "hours": 5}
    else:
        assert moved(before, 6) == after


def test_whatever_hangs_on_an_edition_and_has_an_instant_moves():
    ours = {Edition, *PATHS}
    left_behind = [
        model.__name__
        for model in apps.get_app_config("enrollment").get_models()
        if model not in ours
        and any(field.related_model in ours for field in model._meta.fields)
        and any(isinstance(field, DateTimeField) for field in model._meta.fields)
    ]
    assert left_behind == []


@pytest.mark.django_db
def test_calendar_that_was_kept_is_not_shown_after_the_move():
    built = instant("2026-06-10T18:00")
    edition = an_edition(a_program(slug=read("program")["slug"]), slug=LIVING[0])
    journal.record(Site.objects.get(), standing.BUILT, by=None, at=built, today=built.date())
    opens = []
    for days in (0, 6):
        standing.move_to_today(built + timedelta(days))
        with kept.in_a_request():
            opens.append(announced(edition.pk).phases[0].opens_at)
    assert opens[1] - opens[0] == timedelta(6)
