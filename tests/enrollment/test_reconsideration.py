"""A refusal says how to ask for another look; somebody who did not decide it answers."""

from datetime import timedelta

import pytest

from enrollment import emails
from enrollment.models import AdmissionMode, Reconsideration, StaffRole
from enrollment.privacy import export_applications, forget_applications
from enrollment.services.reconsiderations import answer, ask_again
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import OFFERS_EXPIRE, RELEASE, a_person, a_staff_member
from tests.enrollment.applying import address
from tests.enrollment.deciding import decide, four_applicants
from tests.enrollment.staff.visits import enter, outsiders, page, press, visit

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
TEXT = "Olvidé decir que\nejerzo en Puno. <i>"


@pytest.fixture
def released(clock):
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    clock(RELEASE)
    for person in people.values():
        type(person).objects.filter(pk=person.pk).update(language="en")
    return edition, people


def applied(edition, person):
    return edition.applications.get(person=person)


def asked(edition, person, at=RELEASE) -> Reconsideration:
    return ask_again(applied(edition, person), TEXT, by=person, at=at)


@pytest.mark.parametrize("outcome", ["not_selected", "ineligible"])
def test_whoever_was_refused_reads_how_and_asks_once(client, released, outcome):
    edition, people = released
    client.force_login(people[outcome])
    url = address("outcome", edition, "en")
    shown = client.get(url).content.decode()
    assert "Ask for reconsideration" in shown and "25 April 2019" in shown
    for _twice in range(2):
        client.post(address("reconsideration", edition, "en"), {"text": TEXT})
    assert Reconsideration.objects.get().text == TEXT
    shown = client.get(url).content.decode()
    assert "Olvidé decir que<br>ejerzo en Puno. &lt;i&gt;" in shown
    assert "Ask for reconsideration" not in shown


@pytest.mark.parametrize("outcome", ["selected", "waitlisted"])
def test_nobody_else_asks(client, released, outcome):
    edition, people = released
    client.force_login(people[outcome])
    assert "reconsideration" not in client.get(address("outcome", edition, "en")).content.decode()
    client.post(address("reconsideration", edition, "en"), {"text": TEXT})
    assert not Reconsideration.objects.exists()


def test_it_is_asked_from_the_release_until_the_offers_expire(client, released, clock):
    edition, people = released
    person = people["not_selected"]
    clock(RELEASE - SECOND)
    client.force_login(person)
    assert client.post(address("reconsideration", edition), {"text": TEXT}).status_code == 404
    with pytest.raises(DomainError) as refused:
        asked(edition, person, OFFERS_EXPIRE)
    assert refused.value.code == "too_late"
    asked(edition, person, OFFERS_EXPIRE - SECOND)


@pytest.mark.parametrize("outcome", ["not_selected", "ineligible"])
def test_the_page_of_a_refusal_says_when_it_can_no_longer_be_asked_for(
    client, released, clock, outcome
):
    edition, people = released
    said = "Reconsideration can no longer be asked for."
    for at, is_over in ((OFFERS_EXPIRE - SECOND, False), (OFFERS_EXPIRE, True)):
        clock(at)
        client.force_login(people[outcome])
        shown = client.get(address("outcome", edition, "en")).text
        assert (said in shown) == is_over
        assert ("Ask for reconsideration" in shown) != is_over
        assert "25 April 2019" in shown


@pytest.mark.parametrize("name", ["decision_not_selected", "decision_ineligible"])
@pytest.mark.parametrize(
    ("at", "said"),
    [
        (OFFERS_EXPIRE - SECOND, "You can ask for reconsideration once, up to Thursday 25 April"),
        (OFFERS_EXPIRE, "Reconsideration can no longer be asked for. It could be, up to Thursday"),
    ],
)
def test_the_letter_of_a_refusal_says_until_when_it_can_be_asked_for(released, name, at, said):
    edition, people = released
    decision = applied(edition, people["not_selected"]).decisions.get(is_current=True)
    emails.outcomes(edition, {decision: name}, at)
    assert said in OutgoingMessage.objects.get(template=f"enrollment/mail/{name}").text


def test_where_nobody_asks_for_it_the_letter_says_nothing_of_it(released):
    edition, people = released
    edition.admission_mode = AdmissionMode.OPEN
    decision = applied(edition, people["ineligible"]).decisions.get(is_current=True)
    emails.outcomes(edition, {decision: "decision_ineligible"}, RELEASE)
    assert "reconsideration" not in OutgoingMessage.objects.get().text


def test_it_needs_words_and_its_own_application(released):
    edition, people = released
    application = applied(edition, people["not_selected"])
    with pytest.raises(DomainError) as refused:
        ask_again(application, " \x00 ", by=application.person, at=RELEASE)
    assert refused.value.code == "text_missing"
    with pytest.raises(DomainError) as refused:
        ask_again(application, TEXT, by=people["ineligible"], at=RELEASE)
    assert refused.value.code == "not_yours"


@pytest.mark.parametrize(
    ("typed", "said"), [("  ", "required"), ("ñ" * 2001, "1 character too many")]
)
def test_what_cannot_be_taken_is_told_beside_it_and_stays_typed(client, released, typed, said):
    edition, people = released
    client.force_login(people["not_selected"])
    shown = client.post(address("reconsideration", edition, "en"), {"text": typed})
    form = shown.context["form"]
    assert said in form.errors["text"][0] and form["text"].value() == typed
    assert "<details open>" in shown.text and not Reconsideration.objects.exists()


def test_what_is_too_long_is_not_cut_in_silence(released):
    edition, people = released
    application = applied(edition, people["not_selected"])
    with pytest.raises(DomainError) as refused:
        ask_again(application, "x" * 2001, by=application.person, at=RELEASE)
    assert refused.value.code == "text_too_long"
    ask_again(application, "x" * 2000, by=application.person, at=RELEASE)


def test_somebody_who_did_not_decide_it_answers_and_she_is_written_to(released):
    edition, people = released
    one = asked(edition, people["not_selected"])
    decided_by = one.application.decisions.get().by
    with pytest.raises(DomainError) as refused:
        answer(one, granted=False, text="No.", by=decided_by, at=RELEASE)
    assert refused.value.code == "own_decision"
    with pytest.raises(DomainError) as refused:
        answer(one, granted=False, text="No.", by=a_person(), at=RELEASE)
    assert refused.value.code == "not_theirs"
    other = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    answer(one, granted=True, text="Tiene razón.", by=other, at=RELEASE)
    letter = OutgoingMessage.objects.get(template="enrollment/mail/reconsideration_answered")
    assert "Tiene razón." in letter.text and letter.person == people["not_selected"]
    with pytest.raises(DomainError) as refused:
        answer(one, granted=False, text="No.", by=other, at=RELEASE)
    assert refused.value.code == "answered"


def test_the_answer_is_read_on_the_outcome_s_page(client, released):
    edition, people = released
    one = asked(edition, people["not_selected"])
    answer(one, granted=False, text="La lista", by=a_staff_member(edition.program), at=RELEASE)
    client.force_login(people["not_selected"])
    assert "La lista" in client.get(address("outcome", edition, "en")).content.decode()


def test_staff_read_and_answer(client, released):
    edition, people = released
    one = asked(edition, people["not_selected"])
    decided_by = one.application.decisions.get().by
    own = visit(client, decided_by, "reconsideration", edition.pk, one.pk).content.decode()
    assert "Olvidé decir que" in own and 'name="granted"' in own
    data = {"granted": "no", "text": "La decisión queda como está."}
    assert (
        press(client, decided_by, "reconsideration", edition.pk, one.pk, **data).status_code == 200
    )
    other = a_staff_member(edition.program)
    assert (
        one.application.code
        in visit(client, other, "reconsiderations", edition.pk).content.decode()
    )
    for wrong in ({"granted": "maybe"}, {"text": ""}, {"text": "x" * 5000}):
        answered = press(client, other, "reconsideration", edition.pk, one.pk, **{**data, **wrong})
        assert answered.context["form"].errors.keys() == wrong.keys()
    done = press(client, other, "reconsideration", edition.pk, one.pk, **data)
    assert done.url == page("reconsiderations", edition.pk)
    one.refresh_from_db()
    assert (one.granted, one.answered_by) == (False, other)
    readers = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)
    for stranger in outsiders(edition.program, *readers):
        assert visit(client, stranger, "reconsiderations", edition.pk).status_code == 404
        assert press(client, stranger, "reconsideration", edition.pk, one.pk).status_code == 404


def test_the_copy_of_a_person_has_it_and_erasure_takes_it(released):
    edition, people = released
    one = asked(edition, people["not_selected"])
    _name, rows, *_words = export_applications(people["not_selected"])
    assert rows[0]["reconsideration"]["text"] == TEXT
    forget_applications([one.application], by=None, at=RELEASE)
    assert not Reconsideration.objects.exists()


def test_the_desk_says_how_many_wait(client, released):
    edition, people = released
    coordinator = a_staff_member(edition.program, language="en")
    asked(edition, people["not_selected"])
    enter(client, coordinator)
    home = client.get("/admin/").content.decode()
    assert "1 request for reconsideration waits" in home
    assert page("reconsiderations", edition.pk) in home


def test_a_text_that_comes_second_is_refused_in_words(client, released):
    edition, people = released
    client.force_login(people["not_selected"])
    url = address("reconsideration", edition)
    for text, said in (
        (TEXT, "Recibimos su solicitud"),
        (TEXT, "Recibimos su solicitud"),
        ("Otro.", "llegó primero"),
    ):
        page = client.post(url, {"text": text}, follow=True).content.decode()
        assert said in page, text
    assert Reconsideration.objects.get().text == TEXT
