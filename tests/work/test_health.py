"""What machines are told at /healthz, and the operators by mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django_q.models import OrmQ
from wagtail import hooks

from lms.hooks import Finding
from lms.work import health, watch
from lms.work.models import Worker
from tests.builders import instant
from tests.lms.builders import a_message

pytestmark = pytest.mark.usefixtures("english")
AT = instant("2019-04-16T13:00")


@pytest.fixture(autouse=True)
def now(clock):
    return clock(AT)


@pytest.fixture
def operators(settings, tmp_path):
    settings.VAR = tmp_path
    settings.OPERATORS = ["ana@example.org", "luis@example.org"]


def a_worker(beaten_at=AT):
    return Worker.objects.create(host="here", pid=1, started_at=AT, beaten_at=beaten_at)


def checks(client):
    return client.get("/healthz").json()["checks"]


@pytest.mark.django_db
def test_a_site_that_is_well_answers_200(client):
    a_worker()
    response = client.get("/healthz")
    assert response.status_code == 200 and response.json()["status"] == "ok"
    assert response.headers["Cache-Control"] == "no-store"
    assert set(response.json()["checks"]) >= {
        "database",
        "migrations",
        "worker",
        "tasks",
        "messages",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 200), (61, 503)])
def test_a_worker_that_is_silent_for_a_minute_is_an_error(client, seconds, status):
    a_worker(AT - timedelta(seconds=seconds))
    assert client.get("/healthz").status_code == status


@pytest.mark.django_db
def test_no_worker_is_an_error_for_the_site_but_not_for_the_web(client):
    assert client.get("/healthz").status_code == 503
    assert client.get("/healthz/web").status_code == 200


@pytest.mark.django_db
def test_the_oldest_due_task_and_message_are_told(client):
    a_worker()
    OrmQ.objects.create(key="lms", payload="", lock=AT - timedelta(seconds=90))
    OrmQ.objects.create(key="lms", payload="", lock=AT + timedelta(seconds=90))
    a_message(due_at=AT - timedelta(seconds=30))
    a_message(due_at=AT + timedelta(days=30))
    found = checks(client)
    assert found["tasks"] == {"ok": True, "oldest_due_seconds": 90}
    assert found["messages"] == {"ok": True, "oldest_due_seconds": 30}


@pytest.mark.django_db
def test_a_message_that_waits_too_long_is_an_error(client):
    a_worker()
    a_message(due_at=AT - health.LONGEST_MAIL_WAIT - timedelta(seconds=1))
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_a_pending_migration_is_an_error(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'work'")
    response = client.get("/healthz/web")
    assert response.status_code == 503 and not response.json()["checks"]["migrations"]["ok"]


@pytest.mark.django_db
def test_asking_costs_few_queries(client, django_assert_max_num_queries):
    a_worker()
    client.get("/healthz")
    with hooks.register_temporarily("health", lambda at: []), django_assert_max_num_queries(12):
        client.get("/healthz")


@pytest.mark.django_db
def test_an_app_may_say_what_is_wrong_but_not_break_the_answer(client):
    def broken(at):
        raise RuntimeError("secret")

    a_worker()
    wrong = [Finding("error", "decisions", "Rosa was told twice.")]
    with (
        hooks.register_temporarily("health", lambda at: wrong),
        hooks.register_temporarily("health", broken),
    ):
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["checks"]["decisions"] == {"ok": False}
    assert b"Rosa" not in response.content and b"secret" not in response.content


@pytest.mark.django_db
def test_the_operators_are_told_once_an_hour_and_when_all_is_well_again(operators, clock):
    def mails_at(minutes):
        mail.outbox.clear()
        watch.look(clock(AT + timedelta(minutes=minutes)))
        return [message.subject for message in mail.outbox]

    assert mails_at(0) == ["http://localhost:8000 needs you"]
    assert mail.outbox[0].to == ["ana@example.org", "luis@example.org"]
    assert "No worker runs." in mail.outbox[0].body
    assert mails_at(1) == mails_at(59) == []
    assert mails_at(60) == ["http://localhost:8000 needs you"]
    a_worker(AT + timedelta(minutes=61))
    assert mails_at(61) == ["http://localhost:8000 is well again"]
    assert mails_at(61) == []


@pytest.mark.django_db
def test_what_could_not_be_sent_does_not_count_as_told(operators, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"):
        watch.look(AT)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    watch.look(AT)
    assert len(mail.outbox) == 1
