"""Writing to exactly the people of a listing: counted, previewed, sent once."""

import pytest

from enrollment.models import Application, StaffRole
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, a_submitted_application, an_edition, an_enrollment
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk

pytestmark = pytest.mark.django_db
TEXT = {
    "subject_es": "{program}: aviso",
    "text_es": "Hola, {name}.",
    "subject_pt-br": "",
    "text_pt-br": "",
    "subject_en": "",
    "text_en": "",
    "fallback": "es",
}


@pytest.fixture
def edition(clock):
    clock(AFTER_THE_CLOSE)
    return an_edition()


@pytest.fixture(autouse=True)
def coordinator(client, edition):
    return at_the_desk(client, edition.program)


def an_applicant(edition, language="es", **fields):
    return a_submitted_application(edition, a_person(language=language), **fields)


def write_to(client, where="write_to_applicants", **query):
    return client.get(address(where, **query))


def press(client, page, button="preview", where="write_to_applicants", **changes):
    kept = {name: page.context[name] for name in ("chosen", "previewed")}
    return client.post(address(where), {**kept, **TEXT, button: "1", **changes})


def send(client, page, **changes):
    return press(client, press(client, page, **changes), "send", **changes)


def mails():
    return OutgoingMessage.objects.filter(template="enrollment/mail/group_letter")


def test_it_reaches_exactly_the_filtered_people_in_both_tabs(client, edition):
    shown = {an_applicant(edition, country="BR").person for _one in range(25)}
    an_applicant(edition, country="PE")
    page = write_to(client, of="all", country="BR")
    assert "To 25 people" in page.content.decode()
    preview = press(client, page)
    assert "Send to 25 people" in preview.content.decode()
    assert not mails().exists()
    an_applicant(edition, country="BR")
    Application.objects.filter(person__in=list(shown)[:3]).update(country="PE")
    for _tab in range(2):
        answer = press(client, preview, "send")
        assert answer.status_code == 302
        assert "messages" in answer.url
    assert {mail.person for mail in mails()} == shown and mails().count() == 25
    listing = client.get(answer.url).content.decode()
    assert "nobody gets it twice" in listing and "letter of the staff to many" in listing


def test_only_those_ticked_are_written_to(client, edition):
    one, two, _three = (an_applicant(edition) for _one in range(3))
    send(client, write_to(client, of="chosen", id=[one.pk, two.pk]))
    assert {mail.person for mail in mails()} == {one.person, two.person}
    page = client.get(address("person", one.person.pk)).content.decode()
    assert "letter of the staff to many" in page


def test_the_preview_is_the_letter_of_a_reader_of_each_language(client, edition):
    for language in ("es", "es", "pt-br", "en"):
        an_applicant(edition, language)
    page = write_to(client, of="all")
    assert sorted(number for _language, number in page.context["counts"]) == [1, 1, 2]
    preview = press(client, page, **{"subject_pt-br": "Aviso", "text_pt-br": "Olá, {name}."})
    shown = {one["language"]: one for one in preview.context["previews"]}
    assert len(shown) == 3
    texts = sorted(one["text"].splitlines()[0] for one in shown.values())
    assert texts == [
        "Hola, Rosa Medina Quispe.",
        "Hola, Rosa Medina Quispe.",
        "Olá, Rosa Medina Quispe.",
    ]
    instead = [one["instead"] for one in shown.values() if one["instead"]]
    assert len(instead) == 1
    assert f"written in {instead[0]}" in preview.content.decode()


def test_what_was_not_previewed_is_not_sent(client, edition):
    an_applicant(edition)
    page = write_to(client, of="all")
    assert press(client, page, "send").status_code == 200
    preview = press(client, page)
    answer = press(client, preview, "send", text_es="Otra cosa.")
    assert "not what was previewed" in answer.content.decode()
    assert not mails().exists()
    press(client, answer, "send", text_es="Otra cosa.")
    assert mails().get().text.startswith("Otra cosa.")


def test_whoever_was_erased_in_the_meantime_is_counted_again_first(client, edition):
    gone = an_applicant(edition).person
    an_applicant(edition)
    preview = press(client, write_to(client, of="all"))
    gone.is_active, gone.erased_at = False, AFTER_THE_CLOSE
    gone.save()
    answer = press(client, preview, "send")
    text = answer.content.decode()
    assert not mails().exists()
    assert "can no longer be written to" in text and "Send to 1 person" in text
    assert "1 more of the list is not written to" in text
    press(client, answer, "send")
    assert mails().count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"text_es": "Hola, {nombre}"}, "text_es", "{nombre}"),
        ({"subject_es": "{name"}, "subject_es", "{name"),
        ({"text_en": "{x}", "subject_en": "y"}, "text_en", "{x}"),
        ({"text_es": ""}, "text_es", "text too"),
        ({"subject_es": "  "}, "subject_es", "subject too"),
        ({"subject_en": "Only"}, "text_en", "text too"),
        ({"text_en": "Only"}, "subject_en", "subject too"),
        ({"fallback": "en"}, "subject_en", "subject too"),
        ({"fallback": "fr"}, "fallback", "not one of the available"),
        ({"text_es": "\u200b\u2060"}, "text_es", "text too"),
        ({"subject_es": "x" * 151}, "subject_es", "at most 150, and you wrote 151"),
        ({"text_es": "x" * 10_001}, "text_es", "at most 10000, and you wrote 10001"),
        ({"text_es": "x" * 30_000}, "text_es", "at most 10000, and you wrote 30000"),
    ],
)
def test_what_is_wrong_is_named_where_it_was_typed(client, edition, typed, field, said):
    an_applicant(edition)
    answer = press(client, write_to(client, of="all"), "send", **typed)
    assert answer.status_code == 200
    assert any(said in error for error in answer.context["form"].errors[field])
    assert not answer.context["previews"] and not mails().exists()
    assert answer.context["form"]["subject_es"].value() == {**TEXT, **typed}["subject_es"]


def test_what_turns_the_direction_of_a_line_is_not_sent(client, edition):
    an_applicant(edition)
    send(client, write_to(client, of="all"), subject_es="A\u202eb", text_es="a\x00b\u202ec\u2028d")
    assert mails().get().subject == "Ab" and mails().get().text.startswith("abc\nd")


def test_people_of_two_editions_are_not_written_to_together(client, edition):
    one, two = an_applicant(edition), an_applicant(an_edition(edition.program))
    answer = client.get(address("write_to_applicants", of="all"), follow=True)
    assert "Filter the list by one" in answer.content.decode()
    assert write_to(client, of="all", edition=edition.pk).context["count"] == 1
    assert one.edition != two.edition


@pytest.mark.parametrize(
    "query", [{}, {"id": "9" * 30}, {"id": "x"}, {"of": "all"}, {"id": 10**15}]
)
def test_where_nobody_is_meant_one_goes_back(client, query):
    assert write_to(client, **query).status_code == 302


def test_the_list_of_another_user_or_of_the_other_listing_is_not_taken(client, edition):
    an_applicant(edition)
    page = write_to(client, of="all")
    assert press(client, page, where="write_to_places").status_code == 302
    forged = {"chosen": "[1,[1]]"}
    assert client.post(address("write_to_applicants"), forged).status_code == 404
    at_the_desk(client, edition.program)
    assert press(client, page, "send").status_code == 404
    assert not mails().exists()


def test_the_list_of_one_listing_is_never_that_of_another(client, edition):
    one = an_applicant(edition)
    an_enrollment(edition, pk=one.pk)
    preview = press(client, write_to(client, id=one.pk))
    assert press(client, preview, "send", where="write_to_places").status_code == 302
    assert not mails().exists()


def test_a_preview_stands_for_its_own_list_alone(client, edition):
    one, two = an_applicant(edition), an_applicant(edition)
    preview = press(client, write_to(client, id=one.pk))
    other = write_to(client, id=[one.pk, two.pk])
    mixed = {"chosen": other.context["chosen"], "previewed": preview.context["previewed"]}
    answer = press(client, preview, "send", **mixed)
    assert "not what was previewed" in answer.content.decode()
    assert not mails().exists()


def test_whoever_lost_the_role_sends_nothing(client, edition, coordinator):
    an_applicant(edition)
    preview = press(client, write_to(client, of="all"))
    coordinator.roles.update(role=StaffRole.SECOND_APPROVER)
    assert press(client, preview, "send").status_code == 404
    coordinator.roles.update(role=StaffRole.COORDINATOR, program=an_edition().program)
    assert press(client, preview, "send").status_code == 302
    assert not mails().exists()


def test_people_of_another_program_are_not_written_to(client, edition):
    mine, theirs = an_applicant(edition), an_applicant(an_edition())
    send(client, write_to(client, id=[mine.pk, theirs.pk]))
    assert [mail.person for mail in mails()] == [mine.person]


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_nobody_but_coordinators_finds_the_page(client, edition, role):
    one = an_applicant(edition)
    at_the_desk(client, edition.program, role)
    assert write_to(client, id=one.pk).status_code == 404


def test_places_are_written_to_as_they_are_filtered(client, edition):
    shown = an_enrollment(edition, a_person(language="es"))
    an_enrollment(edition, a_person(language="pt-br"), language="pt-br")
    listing = client.get(address("places", language="es")).content.decode()
    assert "Write to the 1 person of this list" in listing
    where = "write_to_places"
    page = write_to(client, where, of="all", language="es")
    preview = press(client, page, where=where)
    press(client, preview, "send", where=where)
    assert [mail.person for mail in mails()] == [shown.person]
    assert write_to(client, where, of="all", pace="begun", edition=edition.pk).status_code == 302


def test_a_list_filtered_by_outcome_warns_until_the_release(client, edition):
    one = an_applicant(edition)
    said = "can guess from it what was decided"
    assert said in write_to(client, of="all", outcome="undecided").content.decode()
    assert said not in write_to(client, id=one.pk).content.decode()
    edition.decisions_locked_at = edition.released_at = AFTER_THE_CLOSE
    edition.save()
    assert said not in write_to(client, of="all", outcome="undecided").content.decode()


def test_the_listing_offers_it_to_coordinators_alone(client, edition):
    an_applicant(edition)
    assert address("write_to_applicants") in client.get(address("applications")).content.decode()
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    for listing in ("applications", "places"):
        page = client.get(address(listing)).content.decode()
        assert "Write to" not in page
