"""A coordinator's letter to many: each in the reader's language, once, to exactly those shown."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrollment import emails
from enrollment.models import Application, Enrollment, StaffRole
from enrollment.services.letters import (
    GroupLetter,
    keys_among,
    languages_among,
    languages_of,
    write_letter,
)
from lms import journal
from lms.decisions import DomainError
from lms.mail.letters import html_of
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_OPENS,
    a_person,
    a_staff_member,
    a_submitted_application,
    an_edition,
    an_enrollment,
)

pytestmark = pytest.mark.django_db
AT = WINDOW_OPENS
TEXTS = {
    "es": ("{program}: el servidor", "Hola, {name}:\n\nEsta noche el servidor de {edition} para."),
    "pt-br": ("{program}: o servidor", "Olá, {name}:\n\nHoje à noite o servidor para."),
}


def a_letter(number=7, texts=None, fallback="es") -> GroupLetter:
    return GroupLetter(number, texts or TEXTS, fallback)


def write(edition, keys, letter=None, model=Application, by=None):
    by = by or a_staff_member(edition.program)
    return write_letter(letter or a_letter(), model, edition, keys, by=by, at=AT)


def an_applicant(edition, language="es", **fields):
    person = a_person(language=language, **fields)
    return a_submitted_application(edition, person)


def mails():
    return OutgoingMessage.objects.filter(template="enrollment/mail/group_letter")


def text_to(person) -> str:
    return mails().get(person=person).text


def test_each_reads_it_in_the_own_language_with_the_own_name():
    edition = an_edition()
    spanish, portuguese = an_applicant(edition), an_applicant(edition, "pt-br")
    keys = [spanish.pk, portuguese.pk]
    assert write(edition, keys) == 2
    mail = mails().get(person=spanish.person)
    assert mail.subject == "Programa: el servidor"
    assert mail.text.startswith("Hola, Rosa Medina Quispe:")
    assert "servidor de Primera edición" in mail.text
    assert (mail.language, mail.scope) == ("es", edition.program.slug)
    assert mail.to == spanish.person.email
    other = mails().get(person=portuguese.person)
    assert other.language == "pt-br" and other.text.startswith("Olá, Rosa")
    assert "equipe" in other.text and "equipo" in mail.text


def test_a_language_left_out_falls_back_to_the_stated_one():
    edition = an_edition()
    english = an_applicant(edition, "en")
    write(edition, [english.pk], a_letter(fallback="pt-br"))
    mail = mails().get()
    assert mail.language == "pt-br" and mail.text.startswith("Olá")


def test_posted_twice_it_is_written_once_and_logged_once():
    edition = an_edition()
    keys = [an_applicant(edition).pk for _one in range(3)]
    by = a_staff_member(edition.program)
    assert [write(edition, keys, by=by) for _click in range(2)] == [3, 3]
    assert mails().count() == 3
    entry = journal.history(edition).get(action="enrollment.write_letter")
    assert (entry.user, entry.data["count"]) == (by, "3")
    assert entry.data["subject_es"] == "{program}: el servidor"
    assert write(edition, keys, a_letter(number=8), by=by) == 3
    assert mails().count() == 6


@pytest.mark.parametrize("fields", [{"is_active": False}, {"erased_at": AT}])
def test_closed_and_erased_accounts_get_none(fields):
    edition = an_edition()
    good, closed = an_applicant(edition), an_applicant(edition, **fields)
    nobody = an_applicant(edition)
    Application.objects.filter(pk=nobody.pk).update(person=None)
    keys = [good.pk, closed.pk, nobody.pk]
    assert keys_among(Application, edition, keys) == [good.pk]
    assert languages_among(Application, edition, keys) == {"es": 1}
    with pytest.raises(DomainError) as refusal:
        write(edition, keys)
    assert refusal.value.code == "readers_changed"
    assert not mails().exists()
    assert not journal.history(edition).exists()


def test_nobody_of_another_edition_is_written_to():
    edition = an_edition()
    other = an_applicant(an_edition(edition.program))
    assert keys_among(Application, edition, [other.pk, 10**12]) == []


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_only_coordinators_of_the_program_write(role):
    edition = an_edition()
    keys = [an_applicant(edition).pk]
    for by in (a_staff_member(edition.program, role), a_staff_member(an_edition().program)):
        with pytest.raises(DomainError) as refusal:
            write(edition, keys, by=by)
        assert refusal.value.code == "not_theirs"
    assert not mails().exists()


def test_participants_are_written_to_by_their_places():
    edition = an_edition()
    place = an_enrollment(edition)
    alone = an_enrollment(edition)
    alone.application.delete()
    write(edition, [place.pk, alone.pk], model=Enrollment)
    assert text_to(place.person).startswith("Hola, Rosa Medina Quispe")
    assert text_to(alone.person).startswith("Hola, ")
    assert mails().get(person=place.person).about == f"enrollment:{place.pk}"


@pytest.mark.parametrize(
    ("fields", "person", "name"),
    [
        ({}, {}, "Rosa Medina Quispe"),
        ({"draft": {"given_names": "Ana", "family_names": "Paz"}}, {}, "Ana Paz"),
        ({"draft": {"given_names": "Ana"}}, {}, "Ana"),
        ({"draft": {}}, {"first_name": "Eva"}, "Eva"),
        ({"draft": {}}, {}, "quien.soy"),
    ],
)
def test_a_reader_is_named_as_far_as_the_name_is_known(fields, person, name):
    reader = a_person("quien.soy@correo.example", **person)
    columns = ("given_names", "family_names", "certificate_name")
    blank = {**dict.fromkeys(columns, ""), "status": "draft"} if fields else {}
    assert emails.name_of(a_submitted_application(an_edition(), reader, **fields, **blank)) == name


EVIL = "https://evil.example/x"


def test_what_a_person_typed_never_becomes_a_link_nor_markup(settings):
    edition = an_edition()
    names = {
        "given_names": f"<a href='{EVIL}'>",
        "family_names": f"{settings.SITE_URL}/en/ {{name}}",
    }
    reader = a_submitted_application(edition, a_person(language="es"), **names)
    own = f"{settings.SITE_URL}/es/"
    letter = a_letter(texts={"es": ("{name}", f"{{name}}\n\n{own}\n\n<b>x</b> {{% now 'Y' %}}")})
    write(edition, [reader.pk], letter)
    mail = mails().get()
    assert EVIL not in mail.text and "://" not in mail.subject
    page = html_of(mail, mail.text)
    assert page.count("<a ") == 1 and f'href="{own}"' in page
    assert "<b>" not in page and "{% now" in mail.text
    assert mail.subject.count("{name}") == 1


def test_many_take_no_more_queries_than_a_few():
    counts = []
    for number, people in ((1, 2), (2, 30)):
        edition = an_edition()
        keys = [an_applicant(edition, ["es", "pt-br"][one % 2]).pk for one in range(people)]
        by = a_staff_member(edition.program)
        journal.kind_of(edition)
        with CaptureQueriesContext(connection) as captured:
            assert write(edition, keys, a_letter(number), by=by) == people
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_edition_speaks_its_own_languages():
    assert languages_of(an_edition(languages=["es", "en"])) == ["es", "en"]
    assert languages_of(an_edition(languages=[])) == ["es", "pt-br", "en"]
