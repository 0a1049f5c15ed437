"""Two who keep a filter under one name at once."""

from functools import partial

from enrollment.models import SavedFilter
from enrollment.services.filters import keep_filter
from tests.builders import an_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once


def test_two_at_once_keep_one_name(real_database):
    for _round in range(ROUNDS):
        program = an_edition().program
        keep = partial(
            keep_filter, "applications", "Rural", "country=PE", program=program, at=AFTER_THE_CLOSE
        )
        given = at_once(*(partial(keep, by=a_member(program)) for _one in range(2)))
        assert given.count("name_taken") == 1
        assert SavedFilter.objects.filter(program=program).count() == 1
