"""What is written in JSON moves with the rows it belongs to."""

import pytest

from enrollment.demo.moving import moved


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
