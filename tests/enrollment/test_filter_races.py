"""Two who keep a filter under one name at once, in threads, on a database of their own."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from enrollment.models import SavedFilter
from enrollment.services.filters import keep_filter
from lms.decisions import DomainError
from tests.builders import an_edition
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member


@pytest.mark.skipif(connection.vendor != "postgresql", reason="true races run on PostgreSQL")
def test_two_at_once_keep_one_name(real_database):
    edition = an_edition()
    program = edition.program
    people = [a_member(program), a_member(program)]
    refused, barrier = [], Barrier(2)

    def one(person):
        barrier.wait()
        how = {"program": program, "by": person, "at": AFTER_THE_CLOSE}
        try:
            keep_filter("applications", "Rural", "country=PE", **how)
        except DomainError as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=one, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["name_taken"]
    assert SavedFilter.objects.count() == 1
