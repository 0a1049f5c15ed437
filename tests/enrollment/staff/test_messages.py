"""Messages of a program: found, read, sent again by hand; codes are in no list."""

from pathlib import Path

import pytest

from enrollment.models import StaffRole
from enrollment.staff.access import READERS
from enrollment.staff.messages import kind_of
from lms import journal
from lms.mail.kinds import kinds
from lms.mail.models import MessageStatus, OutgoingMessage
from tests.builders import a_program, a_staff_member, instant
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def program():
    return a_program()


@pytest.fixture
def coordinator(program):
    return a_staff_member(program, language="en")


def a_letter(program, **fields):
    return a_message(**{"scope": program.slug, "template": "enrollment/mail/signed_up", **fields})


def test_readers_see_the_letters_of_their_program_alone(client, program, coordinator):
    mine = a_letter(program)
    a_letter(a_program())
    a_message(scope="")
    response = visit(client, coordinator, "messages")
    assert [one.pk for one in response.context["object_list"]] == [mine.pk]
    assert visit(client, coordinator, "messages_results").status_code == 200
    for stranger in outsiders(program, *READERS):
        assert visit(client, stranger, "message", mine.pk).status_code == 404


def test_no_list_and_no_page_shows_a_code(client, program, coordinator):
    code = a_letter(program, is_code=True, subject="123456")
    assert not visit(client, coordinator, "messages").context["object_list"]
    assert visit(client, coordinator, "message", code.pk).status_code == 404
    assert press(client, coordinator, "message_resend", code.pk).status_code == 404


def test_uncertain_messages_come_first_and_are_counted(client, program, coordinator):
    uncertain = a_letter(program, status="uncertain", created_at=instant("2019-01-01T00:00"))
    newer = a_letter(program)
    response = visit(client, coordinator, "messages")
    assert [one.pk for one in response.context["object_list"]] == [uncertain.pk, newer.pk]
    assert response.context["uncertain"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=failed", {"failed"}),
        ("language=pt-br", {"pt"}),
        ("template=enrollment/mail/waitlisted", {"wait"}),
        ("q=rosa", {"rosa"}),
        ("q=nobody", set()),
    ],
)
def test_messages_are_found_by_state_kind_language_and_person(
    client, program, coordinator, query, found
):
    rows = {
        "failed": a_letter(program, status="failed"),
        "pt": a_letter(program, language="pt-br"),
        "wait": a_letter(program, template="enrollment/mail/waitlisted"),
        "rosa": a_letter(program, to="rosa@pj.example"),
    }
    shown = visit(client, coordinator, "messages", query=f"?{query}").context["object_list"]
    assert {name for name, row in rows.items() if row in shown} == found


def test_a_page_says_what_was_written_and_what_the_server_said(client, program, coordinator):
    letter = a_letter(program, status="failed", error="550 no such user", text="Estimada <b>")
    shown = visit(client, coordinator, "message", letter.pk).content.decode()
    assert "550 no such user" in shown
    assert "Estimada &lt;b&gt;" in shown


@pytest.mark.parametrize("status", ["uncertain", "failed", "bounced"])
def test_a_coordinator_sends_again_by_hand(client, program, coordinator, status):
    letter = a_letter(program, status=status, message_id="<a@b>")
    for _twice in range(2):
        press(client, coordinator, "message_resend", letter.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.message_id) == (MessageStatus.QUEUED, "<a@b>")
    assert journal.history(letter).get(action="mail.resend").user == coordinator
    assert client.get(page("message_resend", letter.pk)).status_code == 405


def test_what_was_accepted_is_not_sent_again(client, program, coordinator):
    letter = a_letter(program, status="accepted")
    assert "cannot be sent again" in said(press(client, coordinator, "message_resend", letter.pk))
    assert OutgoingMessage.objects.get().status == "accepted"


def test_a_second_approver_reads_and_does_not_send(client, program):
    approver = a_staff_member(program, StaffRole.SECOND_APPROVER)
    letter = a_letter(program, status="failed")
    assert visit(client, approver, "message", letter.pk).status_code == 200
    assert press(client, approver, "message_resend", letter.pk).status_code == 404


def test_the_list_costs_the_same_for_few_and_for_many(client, program, coordinator):
    enter(client, coordinator)
    a_letter(program)
    client.get(page("messages"))
    before = queries_of(client, page("messages"))
    for _more in range(2):
        a_letter(program)
    assert queries_of(client, page("messages")) == before


def test_every_mail_of_a_program_is_named_in_words(english):
    """Mails of the accounts are about no program, and in no list of one."""
    root = Path(__file__).resolve().parent.parent.parent.parent
    subjects = {
        f"{app}/mail/{path.name.removesuffix('.subject.txt')}"
        for app in ("enrollment", "content", "certificates")
        for path in (root / app / "templates" / app / "mail").glob("*.subject.txt")
    }
    named = set(kinds())
    assert len(subjects) > 25
    assert named == subjects
    assert kind_of("content/mail/post_hidden") == "post hidden"
