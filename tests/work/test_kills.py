"""Whatever the worker was doing when it was killed, begun again it ends as if nothing had happened:
the same state, and every message once."""

import os
import signal
from collections import Counter
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from random import Random

import pytest
from django.db import connection, connections

from enrollment import tasks
from enrollment.models import Alumnus, AlumnusKey, Offer, QuarantinedRow, StaffRole
from enrollment.services import release
from enrollment.services.alumni import read_chunk, receive_file
from enrollment.services.applications import save_draft
from enrollment.services.due import sweep_editions
from enrollment.services.each import in_chunks
from lms import journal
from lms.mail.models import OutgoingMessage
from tests import rounds
from tests.builders import (
    OFFERS_EXPIRE,
    RELEASE,
    WINDOW_OPENS,
    a_person,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import answers
from tests.enrollment.deciding import MONDAY, decide
from tests.enrollment.seats import a_released_edition, an_offer, somebody_waiting

pytestmark = pytest.mark.slow

PEOPLE = 24
POINTS = rounds.KILLS
fork = get_context("fork")


def named(number: int) -> str:
    return f"person-{number}@correo.example"


class Release:
    """The letters of a release: offers, the waitlist, those who were not selected."""

    def prepare(self, tag: str):
        edition = an_edition(capacity=8, waitlist_percent=100)
        for number in range(PEOPLE):
            a_submitted_application(edition, a_person(f"{tag}{named(number)}"), score=number)
        return decide(edition, "lock", "arm")

    def run(self, _edition):
        sweep_editions(RELEASE)


class Reminders:
    """Of offers not answered, two days before."""

    def prepare(self, tag: str):
        edition = a_released_edition(capacity=PEOPLE)
        for number in range(PEOPLE):
            an_offer(edition, person=a_person(f"{tag}{named(number)}"))
        return edition

    def run(self, _edition):
        sweep_editions(OFFERS_EXPIRE - timedelta(days=2))


class Expiry:
    """Of offers, with the waitlist called for the seats."""

    def prepare(self, tag: str):
        edition = a_released_edition(capacity=12)
        for number in range(12):
            an_offer(edition, person=a_person(f"{tag}{named(number)}"))
        for number in range(12, PEOPLE):
            somebody_waiting(edition, number - 11, person=a_person(f"{tag}{named(number)}"))
        return edition

    def run(self, _edition):
        sweep_editions(OFFERS_EXPIRE)


class Drafts:
    """Reminders of what was begun and not submitted."""

    def prepare(self, tag: str):
        edition = an_edition()
        window = edition.windows.get(kind="application")
        for number in range(PEOPLE):
            person = a_person(f"{tag}{named(number)}")
            save_draft(person, window, answers(), revision=0, at=WINDOW_OPENS)
        return edition

    def run(self, _edition):
        sweep_editions(instant("2019-04-10T15:00"))


class Import:
    """Of a list that the worker reads."""

    def prepare(self, tag: str):
        edition = an_edition(a_program(needs_alumni=True))
        coordinator = a_staff_member(edition.program, StaffRole.COORDINATOR)
        a_submitted_application(edition, a_person(f"{tag}{named(0)}"))
        lines = [f"Ana Torres Vega{n};{n}@pj.example;Perú;2017;sí" for n in range(1200)]
        lines = ["nombre;correo;país;edición;estado", "Rosa Medina Quispe;;Perú;;sí", *lines]
        content = "\n".join([*lines, "=1+1;;;;sí"]).encode()
        self.source = receive_file(edition.program, "l.csv", content, by=coordinator, at=MONDAY)
        return edition

    def run(self, _edition):
        tasks.task_import_alumni(self.source.pk)


def state_of(edition, tag: str) -> dict:
    """What the people of the edition were told, where each stands and what the log says of it."""
    rows = edition.applications.order_by("person__email")
    offers = Offer.objects.filter(edition=edition).order_by("application__person__email")
    messages = OutgoingMessage.objects.filter(to__startswith=tag)
    list_of = Alumnus.objects.filter(program=edition.program)
    told = messages.values_list("to", "template", "about", "status")
    return {
        "told": sorted((to.removeprefix(tag), name, what[0]) for to, name, what, _s in told),
        "applications": list(rows.values_list("status", "alumni_match", "eligibility")),
        "offers": list(offers.values_list("status", "respond_by")),
        "list": (
            list_of.count(),
            AlumnusKey.objects.filter(alumnus__in=list_of).count(),
            QuarantinedRow.objects.filter(source__program=edition.program).count(),
        ),
        "logged": Counter(
            entry.action
            for row in (edition, *rows, *offers, *edition.program.alumni_imports.all())
            for entry in journal.history(row)
        ),
    }


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    """So that what is done for these few takes several transactions."""
    monkeypatch.setattr(release, "CHUNK", 4)
    monkeypatch.setitem(in_chunks.__kwdefaults__, "size", 4)
    monkeypatch.setattr(tasks, "read_chunk", partial(read_chunk, size=150))


@pytest.mark.parametrize("job", [Release, Reminders, Expiry, Drafts, Import])
def test_killed_at_any_point_it_ends_as_if_undisturbed(job, real_database):
    job, luck = job(), Random(7)
    for tag in ("first.", "whole."):  # the first also fills the caches
        edition = job.prepare(tag)
        asked = []
        run_counted(job, edition, asked.append)
        expected = state_of(edition, tag)
        archive(edition)
    assert len(expected["told"]) or expected["list"][0]
    partly = 0
    for point in range(POINTS):
        edition = job.prepare(f"{point}.")
        before = state_of(edition, f"{point}.")
        killed_at(1 + int((point + luck.random()) * len(asked) / POINTS), job, edition)
        left = state_of(edition, f"{point}.")
        partly += before != left != expected
        for _twice in range(2):
            job.run(edition)
        assert state_of(edition, f"{point}.") == expected, point
        archive(edition)
    assert partly, "it was killed between two transactions at least once"
    connections.close_all()


def archive(edition) -> None:
    """The sweeps pass over it from here on."""
    edition.status = "archived"
    edition.save()


def run_counted(job, edition, tell) -> None:
    """`tell` is called with each statement before the database is given it."""

    def counted(execute, sql, *given):
        tell(sql)
        return execute(sql, *given)

    with connection.execute_wrapper(counted):
        job.run(edition)


def killed_at(number: int, job, edition) -> None:
    """In a process of its own, at that statement."""
    asked = []

    def tell(sql):
        asked.append(sql)
        if len(asked) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    connections.close_all()
    process = fork.Process(target=run_counted, args=(job, edition, tell))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
