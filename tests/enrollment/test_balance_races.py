"""What happens at once to a balance: two who draw, two who rule, two who call the waitlist."""

from functools import partial

import pytest
from django.db import connections

from enrollment.balance.problem import FLOOR, Rule
from enrollment.models import Draw, Offer
from enrollment.rules.balance import rules_of
from enrollment.rules.seats import seats_taken
from enrollment.services.balancing import save_rules
from enrollment.services.decisions import proposal_for, propose_decisions
from enrollment.services.waitlist import call_waitlist
from tests.builders import (
    RELEASE,
    WINDOW_OPENS,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.deciding import MONDAY
from tests.enrollment.seats import an_offer, somebody_waiting
from tests.rounds import RACES as ROUNDS
from tests.rounds import at_once

WOMEN = Rule("gender", "woman", FLOOR, number=1)
MEN = Rule("gender", "man", FLOOR, number=1)
BEFORE = WINDOW_OPENS.replace(day=1)
TUESDAY = instant("2019-04-24T15:00")


@pytest.fixture(autouse=True)
def _committed(real_database):
    yield
    connections.close_all()


def ruled(*stated, **fields):
    edition = an_edition(**fields)
    save_rules(edition, stated, by=a_staff_member(edition.program), at=BEFORE)
    return edition


def test_two_who_write_the_draw_at_once_write_one():
    for _round in range(ROUNDS):
        edition = ruled(WOMEN, capacity=2)
        for score, gender in ((90, "man"), (80, "man"), (70, "woman")):
            a_submitted_application(edition, score=score, gender=gender)
        by = a_staff_member(edition.program)
        digest = proposal_for(edition).digest()
        write = partial(propose_decisions, edition, by=by, at=MONDAY, digest=digest)
        first, second = at_once(write, write)
        assert first == second and first["selected"] == 2
        assert Draw.objects.filter(edition=edition).count() == 1
        assert edition.decisions.count() == 3


def test_of_two_who_rule_at_once_one_is_told():
    for _round in range(ROUNDS):
        edition = an_edition()
        by = a_staff_member(edition.program)
        told = at_once(
            *(
                partial(save_rules, edition, [one], shown="", by=by, at=BEFORE)
                for one in (WOMEN, MEN)
            )
        )
        assert sorted(map(str, told)) == ["True", "rules_changed"]
        assert len(rules_of(edition)) == 1


def test_two_who_call_the_waitlist_at_once_keep_seats_and_floors():
    for _round in range(ROUNDS):
        edition = ruled(WOMEN, capacity=2)
        type(edition).objects.filter(pk=edition.pk).update(
            decisions_locked_at=instant("2019-04-15T21:00"), released_at=RELEASE
        )
        edition.refresh_from_db()
        an_offer(edition, gender="man")
        somebody_waiting(edition, 1, gender="man")
        second = somebody_waiting(edition, 2, gender="woman")
        called = at_once(*[partial(call_waitlist, edition, TUESDAY)] * 2)
        assert sum(called) == 1 and seats_taken(edition) == 2
        offer = Offer.objects.get(edition=edition, from_waitlist=True)
        assert offer.application_id == second.application_id
