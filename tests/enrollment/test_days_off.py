"""Holy Week and holidays, by the calendars of the countries themselves."""

from datetime import date

import pytest

from enrollment.days_off import countries_off, is_in_holy_week


@pytest.mark.parametrize(
    ("day", "is_in"),
    [
        (date(2019, 4, 13), False),
        (date(2019, 4, 14), True),
        (date(2019, 4, 21), True),
        (date(2019, 4, 22), False),
        (date(2024, 3, 29), True),
    ],
)
def test_holy_week_is_from_palm_sunday_to_easter(day, is_in):
    assert is_in_holy_week(day) is is_in


def test_a_country_is_off_on_its_own_holidays_alone():
    assert countries_off(date(2019, 4, 22), ["JM", "PE", "TT", "MX"]) == ["JM", "TT"]
    assert countries_off(date(2019, 7, 18), ["UY", "BR"]) == ["UY"]


def test_a_country_nothing_is_known_of_is_never_off():
    assert countries_off(date(2019, 12, 25), ["XX", "PE"]) == ["PE"]
