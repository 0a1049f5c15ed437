"""Each process keeps facts of its own, and sees what another has changed."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from lms import settings as deployed
from tests.builders import an_edition
from tests.work.processes import ROOT, an_environment

pytestmark = pytest.mark.slow

THE_MARK = 1  # query: all that a request asks for while nothing has changed


@pytest.fixture
def phase(real_database, settings):
    settings.CACHES = deployed.CACHES
    call_command("createcachetable", verbosity=0)
    return an_edition().phases.get(order=1)


@pytest.fixture
def ask(phase, real_database):
    """Ask another process when the phase opens: the instant, and how many queries it took."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lms.kept_process", str(phase.edition_id)],
        cwd=ROOT,
        env=an_environment(DATABASE_URL=real_database, REDIS_URL=""),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def answer() -> tuple[datetime, int]:
        print(file=process.stdin, flush=True)
        opens_at, queries = process.stdout.readline().split()
        return datetime.fromisoformat(opens_at), int(queries)

    yield answer
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()


def test_change_is_seen_by_the_next_request_of_another_process(phase, ask):
    before = phase.opens_at
    ask()
    assert ask() == (before, THE_MARK)
    phase.opens_at = before + timedelta(hours=1)
    phase.save()
    assert ask()[0] == phase.opens_at
    assert ask() == (phase.opens_at, THE_MARK)


def test_what_was_read_before_the_commit_is_not_shown_after_it(phase, ask):
    before = phase.opens_at
    ask()
    with transaction.atomic():
        phase.opens_at = before + timedelta(hours=1)
        phase.save()
        assert ask()[0] == ask()[0] == before
    assert ask()[0] == phase.opens_at
