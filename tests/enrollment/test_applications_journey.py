"""Applying, over HTTP: draft, check, submit, edit, withdraw, and the instants that bound it."""

import re

import pytest
from django.test import Client

from enrollment.announced import announced
from enrollment.models import (
    Application,
    ApplicationStatus,
    ApplicationVersion,
    Edition,
    EditionStatus,
    Eligibility,
    LateAttempt,
)
from enrollment.services import applications as services
from lms import journal, kept
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import a_person, a_submitted_application, an_edition
from tests.enrollment.applying import address, answers, draft, press_submit, revision_of, submit

pytestmark = pytest.mark.django_db

IN_WINDOW = "2019-04-02T15:00:00Z"
LAST_INSTANT = "2019-04-13T06:59:59.900000Z"
CLOSE = "2019-04-13T07:00:00Z"


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def rosa(client, clock):
    clock(IN_WINDOW)
    person = a_person("rosa@correo.example", language="es", time_zone="America/Lima")
    client.force_login(person)
    return person


def the_application():
    return Application.objects.get()


def shown(page) -> str:
    """A page without its CSRF tokens, which are new at every request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())


def test_submitting_gives_a_code_and_one_receipt_in_her_language(client, edition, rosa):
    answer = submit(client, edition)
    application = the_application()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.submitted_at.isoformat() == "2019-04-02T15:00:00+00:00"
    assert application.given_names == "Rosa"
    assert application.country.code == "PE"
    assert application.role.key == "judge"
    assert application.answers["years_in_role"] == 7
    assert application.answers["privacy_notice_version"] == "1"
    page = client.get(answer.url)
    assert application.code in page.content.decode()
    receipt = OutgoingMessage.objects.get()
    assert (receipt.template, receipt.language) == ("enrollment/mail/application_received", "es")
    assert (receipt.status, receipt.to) == ("queued", "rosa@correo.example")
    assert "hasta las 02:00 del 13 de abril en Lima (07:00 UTC)" in receipt.text
    assert application.code in receipt.subject
    assert receipt.scope == edition.program.slug
    acts = [entry.action for entry in journal.history(application)]
    assert "enrollment.submit_application" in acts


def test_a_code_has_eight_unmistakable_characters(client, edition, rosa):
    submit(client, edition)
    code = the_application().code
    assert len(code) == 8
    assert not set(code) & set("01OILU")


@pytest.mark.parametrize(
    "act",
    [
        lambda one, **who: services.submit_application(one, revision=one.revision, **who),
        services.withdraw_application,
        services.return_application,
    ],
)
def test_nobody_acts_on_the_application_of_another(client, edition, rosa, act):
    submit(client, edition)
    application = the_application()
    for by in (a_person(), None):
        with pytest.raises(DomainError) as refusal:
            act(application, by=by, at=application.submitted_at)
        assert refusal.value.code == "not_yours"


@pytest.mark.parametrize(
    ("language", "pseudonym"),
    [("es", "«Participante 4821»"), ("pt-br", "“Participante 4821”"), ("en", "“Participant 4821”")],
)
def test_the_form_says_where_a_pseudonym_appears(client, edition, rosa, language, pseudonym):
    assert pseudonym in client.get(address("application_form", edition, language)).content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Su borrador está guardado. Aún no se envió.</p>"),
        ({"role": ""}, "Aún no se envió. Falta completar o corregir 1 respuesta antes"),
        ({"role": "", "country": "", "backup_email": "x"}, "Falta completar o corregir 3 respuest"),
    ],
)
def test_saving_says_how_many_answers_still_need_attention(client, edition, rosa, changes, said):
    answer = draft(client, edition, button="save", **changes)
    assert said in client.get(answer.url).content.decode()


def test_a_draft_is_there_on_another_device(client, edition, rosa):
    draft(client, edition, button="save", motivation="", institution="", years_in_role="siete")
    phone = client.__class__()
    phone.force_login(rosa)
    page = phone.get(address("application_form", edition)).content.decode()
    assert 'value="Medina Quispe"' in page
    assert 'value="siete"' in page
    assert '<option value="PE" selected>' in page
    assert the_application().status == ApplicationStatus.DRAFT


def test_each_answer_is_changed_where_the_form_has_it(client, edition, rosa):
    draft(client, edition)
    check = shown(client.get(address("application_check", edition)))
    form = shown(client.get(address("application_form", edition)))
    fields = re.findall(r'href="[^"]+/apply/#([^"]+)"', check)
    assert "id_email" in fields
    assert [
        one for one in fields if f'id="{one}"' not in form and f'id="{one}_0"' not in form
    ] == []


def test_a_double_click_is_one_application_one_code_one_receipt(client, edition, rosa):
    form = address("application_form", edition)
    revision = revision_of(client.get(form))
    for _click in range(2):
        assert draft(client, edition, revision=revision).status_code == 302
    checked = client.get(address("application_check", edition)).context["application"].revision
    first = press_submit(client, edition, checked)
    code = the_application().code
    second = press_submit(client, edition, checked)
    assert first.url == second.url == address("application_status", edition)
    draft(client, edition, revision=revision)  # the whole way is replayed
    assert press_submit(client, edition, checked).url == first.url
    application = the_application()
    assert (application.code, application.version, application.draft) == (code, 1, {})
    assert ApplicationVersion.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1
    logged = [entry.action for entry in journal.history(application)]
    assert logged.count("enrollment.submit_application") == 1
    assert "enrollment.edit_application" not in logged


def test_the_last_tenth_of_a_second_is_in_time(client, edition, rosa, clock):
    draft(client, edition)
    clock(LAST_INSTANT)
    press_submit(client, edition)
    assert the_application().submitted_at is not None
    assert not LateAttempt.objects.exists()


def test_the_closing_instant_is_too_late(client, edition, rosa, clock):
    draft(client, edition)
    clock(LAST_INSTANT)
    revision = the_application().revision
    clock(CLOSE)
    answer = press_submit(client, edition, revision)
    assert answer.status_code == 403
    application = the_application()
    assert application.status == ApplicationStatus.DRAFT
    assert application.draft["family_names"] == "Medina Quispe"
    late = LateAttempt.objects.get()
    assert (late.person, late.at.isoformat()) == (rosa, "2019-04-13T07:00:00+00:00")
    assert not OutgoingMessage.objects.exists()
    press_submit(client, edition, revision)
    assert LateAttempt.objects.count() == 1


def test_what_was_typed_when_the_window_closed_is_kept(client, edition, rosa, clock):
    clock(LAST_INSTANT)
    revision = revision_of(client.get(address("application_form", edition)))
    clock(CLOSE)
    answer = draft(client, edition, revision=revision)
    assert answer.status_code == 403
    assert the_application().draft["institution"] == answers()["institution"]
    assert LateAttempt.objects.count() == 1


def test_before_the_opening_there_is_no_form(client, edition, rosa, clock):
    clock("2019-03-21T11:59:59Z")
    page = client.get(address("application_form", edition))
    assert "form" not in page.context
    assert client.post(address("application_form", edition), answers()).status_code == 403
    assert not Application.objects.exists()
    clock("2019-03-21T12:00:00Z")
    assert "form" in client.get(address("application_form", edition)).context
    edition.windows.get().refresh_from_db()
    window = edition.windows.get()
    assert window.form_frozen_at.isoformat() == "2019-03-21T12:00:00+00:00"
    assert len(window.form) == 20


def test_the_form_says_when_it_closes_on_his_clock(client, edition, rosa, clock):
    rosa.time_zone = "America/Montevideo"
    rosa.save()
    clock("2019-04-13T06:30:00Z")
    page = client.get(address("application_form", edition)).content.decode()
    assert "04:00" in page
    assert "Montevideo" in page


def test_her_country_gives_the_hour_where_nobody_told_it(client, edition, rosa):
    rosa.time_zone = ""
    rosa.save()
    draft(client, edition, button="save", country="PE")
    rosa.refresh_from_db()
    assert rosa.time_zone == "America/Lima"
    page = client.get(address("application_form", edition)).content.decode()
    assert "hasta las 02:00 del 13 de abril en Lima (07:00 UTC)" in page


@pytest.mark.parametrize(
    ("zone", "country"), [("America/Montevideo", "PE"), ("", ""), ("", "JP"), ("", "<b>")]
)
def test_her_country_changes_no_zone_she_has_and_none_that_is_unknown(
    client, edition, rosa, zone, country
):
    rosa.time_zone = zone
    rosa.save()
    draft(client, edition, button="save", country=country)
    rosa.refresh_from_db()
    assert rosa.time_zone == zone


def test_a_second_address_is_another_one(client, edition, rosa):
    page = draft(client, edition, backup_email="Rosa@correo.example")
    assert "Es la misma dirección que la primera." in page.content.decode()


def test_who_applied_before_finds_the_facts_filled_in(client, edition, rosa):
    submit(client, edition)
    later = an_edition(program=edition.program, slug="2020")
    form = client.get(address("application_form", later)).context["form"]
    assert form["institution"].value() == "Corte Superior de Justicia de Puno"
    assert form["role"].value() == "judge"
    assert not form["motivation"].value()
    assert not form["privacy_notice_version"].value()
    assert Application.objects.count() == 1


def test_the_notice_she_agrees_to_is_one_click_away(client, edition, rosa):
    page = client.get(address("application_form", edition)).content.decode()
    assert '<a href="/es/privacy/" target="_blank">' in page


@pytest.mark.parametrize("language", ["es", "pt-br"])
def test_all_her_data_are_read_in_her_words_and_at_her_hour(client, edition, rosa, language):
    submit(client, edition, gender="woman")
    page = client.get(f"/{language}/account/data/read/").content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    said = {
        "es": ["Zona rural o localidad pequeña", "Perú", "Mujer", "Estado", "10:00 (Lima)"],
        "pt-br": ["Zona rural ou localidade pequena", "Peru", "Mulher", "Situação"],
    }
    assert [word for word in said[language] if word not in text] == []
    for raw in ("rural_or_small_town", "submitted", "Applications", "enrollment.", "+00:00"):
        assert raw not in text


def test_an_edit_keeps_the_old_version_and_the_instant(client, edition, rosa, clock):
    submit(client, edition)
    clock("2019-04-05T10:00:00Z")
    submit(client, edition, motivation="Otra motivación.")
    application = the_application()
    assert application.answers["motivation"] == "Otra motivación."
    assert application.submitted_at.isoformat() == "2019-04-02T15:00:00+00:00"
    assert application.edited_at.isoformat() == "2019-04-05T10:00:00+00:00"
    first, second = application.versions.all()
    assert first.answers["motivation"] == answers()["motivation"]
    assert second.answers["motivation"] == "Otra motivación."
    assert OutgoingMessage.objects.count() == 1


def test_changes_that_are_only_saved_do_not_count(client, edition, rosa):
    submit(client, edition)
    draft(client, edition, button="save", motivation="Sin enviar")
    application = the_application()
    assert application.answers["motivation"] == answers()["motivation"]
    form = client.get(address("application_form", edition)).content.decode()
    assert "Sin enviar" in form


def test_submitting_the_same_again_makes_no_version(client, edition, rosa):
    submit(client, edition)
    draft(client, edition, given_names="  Rosa ")
    press_submit(client, edition)
    assert ApplicationVersion.objects.count() == 1


def test_changes_to_what_is_submitted_are_never_called_a_draft(client, edition, rosa):
    submit(client, edition)
    form, status = address("application_form", edition), address("application_status", edition)
    draft(client, edition, button="save", motivation="Sin enviar")
    page = shown(client.get(form))
    assert "Sus cambios están guardados, pero aún no enviados" in page
    assert "Su borrador" not in page and "Borrador" not in page
    page = shown(client.get(status))
    assert "Tiene cambios guardados que no ha enviado" in page
    assert address("application_check", edition) in page
    press_submit(client, edition)
    page = shown(client.get(status))
    assert "Sus cambios están enviados: valen desde ahora." in page
    assert "Tiene cambios guardados" not in page


@pytest.mark.parametrize("button", ["save", "continue"])
def test_who_changed_nothing_is_told_that_all_stays_submitted(client, edition, rosa, button):
    submit(client, edition)
    answer = draft(client, edition, button=button, privacy_notice_version="1")
    page = shown(client.get(answer.url, follow=True))
    assert "No hay cambios: su postulación sigue enviada como estaba." in page


def test_changes_that_were_never_sent_are_named_after_the_close(client, edition, rosa, clock):
    submit(client, edition)
    draft(client, edition, button="save", motivation="Sin enviar")
    clock(CLOSE)
    client.force_login(rosa)
    page = shown(client.get(address("application_status", edition)))
    assert "Vale lo que había enviado antes" in page


def test_withdrawing_and_coming_back(client, edition, rosa, clock):
    submit(client, edition)
    clock("2019-04-03T10:00:00Z")
    url = address("application_withdraw", edition)
    assert client.get(url).status_code == 200
    for _click in range(2):
        client.post(url)
    assert the_application().status == ApplicationStatus.WITHDRAWN
    assert OutgoingMessage.objects.filter(template__endswith="withdrawn").count() == 1
    for _click in range(2):
        client.post(address("application_return", edition))
    application = the_application()
    assert application.status == ApplicationStatus.SUBMITTED
    assert application.submitted_at.isoformat() == "2019-04-02T15:00:00+00:00"
    assert OutgoingMessage.objects.filter(template__endswith="received").count() == 2
    page = shown(client.get(address("application_status", edition)))
    assert "Su postulación está enviada otra vez, tal como estaba." in page


@pytest.mark.parametrize("is_locked", [False, True])
def test_findings_stand_when_the_lock_came_after_the_request_read_the_edition(
    edition, rosa, clock, is_locked
):
    at = clock(CLOSE)
    mine, other = [a_submitted_application(edition, person) for person in (rosa, a_person())]
    Application.objects.filter(pk=other.pk).update(duplicate_of=mine)
    with kept.in_a_request():
        announced(edition.pk)
        if is_locked:  # by another process: nothing is told to this one
            Edition.objects.update(decisions_locked_at=at)
        services.withdraw_application(mine, by=rosa, at=at)
    other.refresh_from_db()
    assert (other.duplicate_of == mine) is is_locked


def test_a_withdrawn_application_does_not_come_back_after_the_close(client, edition, rosa, clock):
    submit(client, edition)
    client.post(address("application_withdraw", edition))
    clock(CLOSE)
    client.post(address("application_return", edition))
    assert the_application().status == ApplicationStatus.WITHDRAWN


def test_another_tab_loses_nothing(client, edition, rosa):
    revision = revision_of(client.get(address("application_form", edition)))
    draft(client, edition, button="save", revision=revision, motivation="De la primera pestaña")
    answer = draft(
        client, edition, button="save", revision=revision, motivation="De la otra pestaña"
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "De la otra pestaña" in page
    assert "De la primera pestaña" in page
    assert the_application().draft["motivation"] == "De la primera pestaña"
    again = draft(
        client,
        edition,
        button="save",
        revision=revision_of(answer),
        motivation="De la otra pestaña",
    )
    assert again.status_code == 302
    assert the_application().draft["motivation"] == "De la otra pestaña"


def test_a_check_page_of_an_older_draft_submits_nothing(client, edition, rosa):
    draft(client, edition)
    checked = client.get(address("application_check", edition)).context["application"].revision
    draft(client, edition, institution="Otra")
    answer = press_submit(client, edition, checked)
    assert answer.url == address("application_check", edition)
    assert the_application().status == ApplicationStatus.DRAFT


def test_three_errors_are_named_and_the_rest_remains(client, edition, rosa):
    answer = draft(
        client, edition, country="", backup_email="no es un correo", motivation="x" * 601
    )
    form = answer.context["form"]
    assert set(form.errors) == {"country", "backup_email", "motivation"}
    page = answer.content.decode()
    assert 'href="#id_country"' in page
    assert 'value="Medina Quispe"' in page
    assert client.get(address("application_check", edition)).status_code == 302


def test_an_ended_session_brings_her_back_to_all_she_typed(client, edition, rosa, clock):
    url = address("application_form", edition)
    client.get(url)
    client.logout()
    answer = client.post(url, {**answers(), "revision": "0", "continue": "1"})
    assert answer.status_code == 302
    assert "next=" in answer.url
    client.force_login(rosa)
    page = client.get(url)
    assert 'value="Medina Quispe"' in page.content.decode()
    assert not Application.objects.exists()
    clock("2019-04-02T15:07:00Z")
    draft(client, edition, revision=revision_of(page))
    press_submit(client, edition)
    assert the_application().submitted_at.isoformat() == "2019-04-02T15:07:00+00:00"


def test_a_form_older_than_a_sign_in_elsewhere_is_there_again(edition, rosa):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)
    url = address("application_form", edition)
    client.get(url)
    answer = client.post(url, {**answers(), "csrfmiddlewaretoken": "x", "continue": "1"})
    assert answer.status_code == 403
    page = client.get(url).content.decode()
    assert 'value="Medina Quispe"' in page
    assert "Lo que escribió sigue aquí" in page


def test_an_applicant_in_spain_is_accepted_and_told_nothing(client, edition, rosa):
    answer = submit(client, edition, country="ES")
    application = the_application()
    assert (application.eligibility, application.eligibility_reason) == (
        Eligibility.INELIGIBLE,
        "region",
    )
    abroad = shown(client.get(answer.url))
    receipt = OutgoingMessage.objects.get()
    Application.objects.update(eligibility=Eligibility.ELIGIBLE, eligibility_reason="")
    assert shown(client.get(answer.url)) == abroad
    client.force_login(a_person(language="es", time_zone="America/Lima"))
    submit(client, edition, country="PE")
    other = OutgoingMessage.objects.exclude(pk=receipt.pk).get()
    own = (application.code, Application.objects.exclude(pk=application.pk).get().code)
    assert receipt.text.replace(own[0], "") == other.text.replace(own[1], "")
    assert receipt.subject.replace(own[0], "") == other.subject.replace(own[1], "")


def test_the_check_repeats_the_call_to_whom_it_does_not_name(client, edition, rosa):
    edition.program.applicant_roles.create(
        key="clerk", label={"es": "Otra función", "en": "Another role"}, eligible=False
    )
    kept.drop()
    check = address("application_check", edition)
    draft(client, edition)
    named = client.get(check)
    assert named.context["outside"] == []
    assert "La convocatoria" not in named.content.decode()

    draft(client, edition, role="clerk", country="ES")
    page = client.get(check).content.decode()
    assert "Usted respondió «Otra función»." in page
    assert "Usted respondió «España»." in page
    assert "Puede enviar la postulación de todos modos" in page
    assert press_submit(client, edition).status_code == 302
    assert the_application().status == ApplicationStatus.SUBMITTED


def test_the_call_that_the_check_repeats_knows_nothing_of_what_was_computed(client, edition, rosa):
    submit(client, edition, country="ES")
    draft(client, edition, country="ES", motivation="Otra.")
    Application.objects.update(eligibility=Eligibility.ELIGIBLE, eligibility_by_hand=True)
    assert len(client.get(address("application_check", edition)).context["outside"]) == 1


def test_the_name_is_kept_to_the_letter(client, edition, rosa):
    given, family = "María José", "Ñáñez d'Ávila-Gonçalves"
    answer = submit(client, edition, given_names=given, family_names=family)
    application = the_application()
    assert application.full_name == f"{given} {family}"
    assert "Ñáñez d&#x27;Ávila-Gonçalves" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    "status", [EditionStatus.DRAFT, EditionStatus.CANCELLED], ids=["draft", "cancelled"]
)
def test_an_edition_that_is_not_public_does_not_exist(client, edition, rosa, status):
    edition.status = status
    edition.save()
    for name in ("application_form", "application_check", "application_status"):
        assert client.get(address(name, edition)).status_code == 404


def test_an_unknown_edition_does_not_exist(client, edition, rosa):
    edition.slug = "another"
    assert client.get(address("application_form", edition)).status_code == 404


def test_a_stranger_sees_only_the_stranger_s_own(client, edition, rosa):
    submit(client, edition)
    client.force_login(a_person())
    page = client.get(address("application_form", edition))
    assert b"Medina" not in page.content
    assert client.post(address("application_withdraw", edition)).status_code == 404
    assert the_application().status == ApplicationStatus.SUBMITTED


@pytest.mark.parametrize("language", ["es", "pt-br", "en"])
def test_the_form_asks_thirteen_of_twenty(client, edition, rosa, language):
    page = client.get(address("application_form", edition, language))
    form = page.context["form"]
    assert len(form.definition) == 20
    assert sum(field.required for field in form.fields.values()) + 1 == 13
    assert rosa.email in page.content.decode()
    countries = [code for code, _name in form.fields["country"].choices]
    assert set(countries[:5]) == {"PE", "UY", "BR", "MX", "JM"}
    assert len(countries) == 249


def test_an_applicant_s_pages_are_the_same_whatever_was_decided(client, edition, rosa, clock):
    answer = submit(client, edition)
    clock("2019-04-16T12:00:00Z")
    before = shown(client.get(answer.url))
    application = the_application()
    application.decisions.create(edition=edition, outcome="selected", at=application.saved_at)
    application.eligibility = Eligibility.NEEDS_PROOF
    application.save()
    assert shown(client.get(answer.url)) == before
