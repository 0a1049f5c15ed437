"""The doctor names what is wrong, in plain words, and changes nothing."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django_q.models import Schedule

from lms import doctor
from lms.work import schedules
from lms.work.models import Worker
from tests.builders import a_person, instant

pytestmark = pytest.mark.usefixtures("english")
AT = instant("2019-04-16T13:00")


@pytest.fixture(autouse=True)
def healthy(db, clock, settings, tmp_path):
    """A deployment with nothing wrong."""
    clock(AT)
    Worker.objects.create(host="here", pid=1, started_at=AT, beaten_at=AT)
    schedules.keep(AT)
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.SITE_URL, settings.SECURE = "https://example.org", True
    settings.ALLOWED_HOSTS = ["example.org"]
    settings.OPERATORS = ["ana@example.org"]
    settings.DEFAULT_FROM_EMAIL = "programa@example.org"
    (tmp_path / "backup.json").write_text('{"made_at": "2019-04-16T03:00:00+00:00"}')


def wrong(level="error"):
    skipped = {"clock"}  # the tests' clock stands still, the database's does not
    return {f.name for f in doctor.examine(AT) if f.level == level} - skipped


def test_nothing_is_wrong_with_a_healthy_deployment():
    assert wrong() == set()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("SECRET_KEY", {"SECRET_KEY": "short"}),
        ("SECRET_KEY", {"SECRET_KEY": ""}),
        ("DEBUG", {"DEBUG": True}),
        ("DEMO", {"DEMO": True}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"]}),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["another.org"]}),
        ("SITE_URL", {"SITE_URL": "http://example.org", "SECURE": False}),
        ("DEFAULT_FROM_EMAIL", {"DEFAULT_FROM_EMAIL": "programa@localhost"}),
        ("media", {"MEDIA_ROOT": "/proc/nowhere"}),
    ],
)
def test_a_wrong_setting_is_named(settings, name, changed):
    for key, value in changed.items():
        setattr(settings, key, value)
    assert wrong() == {name}


def test_a_mail_server_that_does_not_answer_is_named(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert wrong() == {"mail"}


def test_missing_schedules_and_a_dead_worker_are_named():
    Schedule.objects.all().delete()
    Worker.objects.update(beaten_at=AT - timedelta(minutes=5))
    assert wrong() == {"schedules", "worker"}


def test_an_old_backup_and_staff_without_second_factor_are_warnings(tmp_path):
    (tmp_path / "backup.json").unlink()
    a_person(is_staff=True)
    assert {"backup", "second factor"} <= wrong("warning")
    assert wrong() == set()


def test_the_command_fails_when_something_is_broken(settings, capsys):
    settings.DEBUG = True
    with pytest.raises(SystemExit) as end:
        call_command("doctor")
    assert end.value.code == 1
    assert "ERROR    DEBUG: It is on" in capsys.readouterr().out
