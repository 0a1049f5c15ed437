"""The judges' program of 2019 from its first page to its certificates, as people met it.

Everybody acts through the site's own pages, entering by mailed codes, staff with a second factor;
what the worker does is what its schedules call; every mail is read where it arrived, at a mail
server. What is not made over HTTP is said in `tests.journeys.preparing`."""

import re

import pytest
from django.urls import reverse

from enrollment.models import Edition
from lms.accounts.models import User
from tests.entrance import SiteClient
from tests.journeys import preparing
from tests.journeys.cast import Cast
from tests.journeys.running_site import RunningSite
from tests.journeys.selecting import decide, propose, settle
from tests.journeys.staff import two_people
from tests.lms import smtp_sink


@pytest.fixture
def site(real_database, clock, settings):
    sink = smtp_sink.Sink()
    controller = smtp_sink.start(sink)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield RunningSite(clock, sink)
    controller.stop()


@pytest.fixture
def cast(site):
    site.stands_at("2019-03-18T12:00")
    return Cast(site)


def test_the_2019_edition_from_its_first_page_to_its_certificates(site, cast):
    edition = the_staff_prepare_the_edition(site, cast)
    applications_open_at_their_instant(site, cast)
    people_apply(site, cast)
    rosa_applies_on_the_last_second_and_tomas_a_second_too_late(site, cast)
    two_people_decide_and_lock_and_arm(site, cast, edition)
    nobody_learns_anything_before_the_release(site, cast)
    everybody_sees_the_outcome_at_one_instant_without_the_worker(site, cast)
    the_worker_tells_everybody(site, cast)
    the_selected_accept_in_holy_week(site, cast)
    phase_one_opens_on_easter_monday(site, cast)
    esteban_lets_his_place_go_and_marcia_is_called(site, cast)
    three_of_them_pass_phase_one_and_joao_fails(site, cast)
    joao_stands_before_the_closed_door_of_phase_two(site, cast, edition)
    rosa_and_teresa_take_part_in_two_discussions(site, cast, edition)
    the_program_ends(site, cast)
    serial = two_people_issue_the_certificates_and_rosa_downloads_hers(site, cast, edition)
    a_stranger_verifies_it(serial)
    nobody_got_any_other_mail(cast)


# -- March -------------------------------------------------------------------------------


def the_staff_prepare_the_edition(site, cast):
    admin, coordinator, approver = cast.admin, cast.coordinator, cast.approver
    admin.enters()
    preparing.make_the_program(admin, coordinator, approver)
    site.works()
    for colleague in (coordinator, approver):
        colleague.receives("You work with “%(program)s”", program="Programa para jueces")
        colleague.enters()
    program = preparing.program_of(coordinator)
    above = preparing.publish_the_front_pages(admin, program)
    preparing.name_the_applicant_roles(coordinator, program)
    edition = Edition.objects.get(pk=preparing.set_the_calendar(coordinator, program))
    coordinator.fills_in("roles", program, email=cast.expert.email, role="expert")
    preparing.set_up_the_modules(coordinator, edition.phases.get(order=1).pk)
    expert = User.objects.get(email=cast.expert.email)
    preparing.set_up_the_discussions(coordinator, edition, expert.pk)
    preparing.publish_the_edition(coordinator, above, edition)
    preparing.copies_in_other_languages()
    known = [one for one in cast.submitted if one not in (cast.teresa, cast.nadia)]
    preparing.upload_the_alumni(coordinator, program, *known)
    cast.rosa.opens("/es/jueces/2019/", status=404)
    two_people(coordinator, approver, "publish", f"edition:{edition.pk}")
    site.works()
    cast.expert.receives("You work with “%(program)s”", program="Programa para jueces")
    return edition


def applications_open_at_their_instant(site, cast):
    form = cast.rosa.on("application_form")
    cast.rosa.reads("/es/jueces/2019/", "12 de abril de 2019")
    site.moves_to("2019-03-21T11:59:59")
    cast.rosa.reads(form, cast.rosa.says("Applications are not open yet"))
    site.moves_to("2019-03-21T12:00")
    assert cast.rosa.opens(form).redirect_chain, "she is asked to enter"


def people_apply(site, cast):
    site.moves_to("2019-03-28T15:00")
    for person in cast.submitted:
        if person is not cast.rosa:
            person.applies()


# -- April -------------------------------------------------------------------------------


def rosa_applies_on_the_last_second_and_tomas_a_second_too_late(site, cast):
    rosa, tomas = cast.rosa, cast.tomas
    site.moves_to("2019-04-13T06:40")
    rosa.fills_in_the_form()
    tomas.fills_in_the_form()
    page = tomas.opens(tomas.on("application_check"))
    revision = page.context["application"].revision
    site.stands_at("2019-04-13T06:59:59.900000")
    rosa.submits()
    site.stands_at("2019-04-13T07:00:00")
    late = tomas.presses_submit(revision, status=403).content.decode()
    assert (
        tomas.says(
            "What you wrote is kept as a draft. If the window is extended, you can go on from it."
        )
        in late
    )
    assert "02:00" in late, "the close on the clock of Bogotá"
    rosa.receives_the_receipt("viernes 12 de abril de 2019", "02:00", "Lima", "07:00", "UTC")
    tomas.has_read_everything()


def two_people_decide_and_lock_and_arm(site, cast, edition):
    """Four seats, one place to wait. Andrés comes before Marcia by points; the coordinator lets
    her wait in his place, and says why. Teresa applied from an address that the list lacks."""
    coordinator, approver = cast.coordinator, cast.approver
    site.moves_to("2019-04-15T13:00")
    coordinator.enters()
    approver.enters()
    settle(coordinator, cast.teresa, "proof_accepted", "She sent the certificate of the module.")
    rows = propose(coordinator, edition)
    decide(coordinator, cast.marcia, "waitlisted", "Nobody else of the Caribbean is considered.")
    rows = propose(coordinator, edition)
    assert list(rows.values()) == [4, 1, 1, 1], rows
    site.stands_at("2019-04-15T21:00")
    two_people(coordinator, approver, "lock", f"edition:{edition.pk}")
    two_people(coordinator, approver, "arm", f"edition:{edition.pk}")


def nobody_learns_anything_before_the_release(site, cast):
    site.moves_to("2019-04-16T12:00")
    for person in cast.submitted:
        person.enters()
    site.stands_at("2019-04-16T12:59:59")
    seen = set()
    for person in (cast.rosa, cast.andres, cast.nadia):  # same language, same clock
        page = person.reads_the_outcome("The outcome of your application")
        assert "08:00 (Lima)" in page
        home = person.opens(person.address("home")).content.decode()
        seen.add(without_what_is_own(page + home, person))
    assert len(seen) == 1, "selected, not selected and ineligible read the same to the letter"
    for person in cast.submitted:
        person.opens(person.on("offer_accept"), status=404)
        person.has_read_everything()


def without_what_is_own(page: str, person) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    for own in (person.code, person.email, person.name):
        page = page.replace(own, "")
    return page


def everybody_sees_the_outcome_at_one_instant_without_the_worker(site, cast):
    site.stands_at("2019-04-16T13:00")
    for person in (cast.rosa, cast.teresa, cast.joao, cast.esteban):
        person.reads_the_outcome("You have been selected", "I confirm my place")
    cast.rosa.reads(cast.rosa.on("outcome"), "jueves 25 de abril de 2019", "02:00", "Lima")
    cast.marcia.reads_the_outcome("You are on the waiting list")
    cast.andres.reads_the_outcome("You have not been selected")
    cast.nadia.reads_the_outcome("Your application does not meet a requirement")


def the_worker_tells_everybody(site, cast):
    site.moves_to("2019-04-16T14:00")
    offer = "You have a place in the program: confirm it by %(day)s"
    cast.rosa.receives(
        offer, "Rosa Medina Quispe", "02:00", "Lima", day="jueves 25 de abril de 2019"
    )
    cast.teresa.receives(offer, "04:00", "Montevideo", day="jueves 25 de abril de 2019")
    cast.esteban.receives(offer, "24:00", "Tijuana", day="jueves 25 de abril de 2019")
    cast.joao.receives(offer, "04:00", "São Paulo", day="quinta-feira, 25 de abril de 2019")
    cast.marcia.receives(
        "Your application is on the waitlist", "at place 1", "Sunday 28 April 2019", "02:00"
    )
    for person, letter in [
        (cast.andres, "Result of your application %(code)s"),
        (cast.nadia, "Your application %(code)s does not meet a requirement"),
    ]:
        person.receives(letter, person.name, code=person.code)


def the_selected_accept_in_holy_week(site, cast):
    accepted, begins = "Place confirmed: %(start)s", "we start on %(start)s"
    site.moves_to("2019-04-18T15:00")
    cast.rosa.accepts()
    start = cast.rosa.says(begins, start="lunes 22 de abril de 2019, 07:00 (Lima)")
    cast.rosa.receives(accepted, start=start)
    cast.rosa.sends(cast.rosa.on("offer_accept"))
    cast.teresa.accepts()
    start = cast.teresa.says(begins, start="lunes 22 de abril de 2019, 09:00 (Montevideo)")
    cast.teresa.receives(accepted, start=start)
    site.moves_to("2019-04-19T15:00")
    cast.joao.accepts()
    start = cast.joao.says(begins, start="segunda-feira, 22 de abril de 2019, 09:00 (São Paulo)")
    cast.joao.receives(accepted, start=start)


def phase_one_opens_on_easter_monday(site, cast):
    site.stands_at("2019-04-22T11:59:59")
    cast.rosa.opens(cast.rosa.page_of("m1"), status=403)
    site.moves_to("2019-04-22T13:00")
    for person, phase in [
        (cast.rosa, "Fase uno"),
        (cast.teresa, "Fase uno"),
        (cast.joao, "Fase um"),
    ]:
        person.receives("“%(phase)s” is open", phase=phase)
    cast.rosa.enters()
    cast.rosa.opens(cast.rosa.page_of("m2"), status=403)


def esteban_lets_his_place_go_and_marcia_is_called(site, cast):
    """Two reminders, the end of the offer, the call of the next for 48 hours: by the clock."""
    esteban, marcia = cast.esteban, cast.marcia
    site.moves_to("2019-04-26T06:59:59")
    until = "jueves 25 de abril de 2019, hasta las 24:00 en Tijuana (07:00 del 26 de abril UTC)"
    for _reminder in range(2):
        esteban.receives("Your place is released if you do not confirm it: %(by)s", by=until)
    site.moves_to("2019-04-26T07:00")
    esteban.receives("Your place has been released", "Edición 2019")
    esteban.enters()
    esteban.sends(esteban.on("offer_accept"))
    esteban.reads_the_outcome("Your place has been released")
    marcia.receives("A place has opened for you: confirm it, %(by)s", by=MARCIA_ANSWERS_BY)
    site.moves_to("2019-04-27T12:00")
    marcia.accepts()
    marcia.receives(
        "Place confirmed: %(start)s", "Phase one", start=marcia.says("you can start now")
    )


# -- May ---------------------------------------------------------------------------------

MARCIA_ANSWERS_BY = "Saturday 27 April 2019, until 02:00 on 28 April in Jamaica (07:00 UTC)"


def three_of_them_pass_phase_one_and_joao_fails(site, cast):
    joao = cast.joao
    site.moves_to("2019-05-14T14:00")
    for person in (cast.rosa, cast.teresa, cast.marcia):
        person.enters()
        for order in (1, 2, 3, 4):
            assert person.studies(order)
    joao.enters()
    assert not joao.studies(1, answer="b")
    module = joao.opens(joao.page_of("m1")).context["page"].module_id
    for hour in ("15:00", "16:00"):
        site.stands_at(f"2019-05-14T{hour}")
        assert not joao.tries_the_quiz(module, "c")
    site.stands_at("2019-05-14T17:00")
    assert joao.opens(joao.address("content:quiz", module)).context["left"] == 0
    joao.opens(joao.page_of("m2"), status=403)
    site.works()
    for person, phase in [
        (cast.rosa, "Fase uno"),
        (cast.teresa, "Fase uno"),
        (cast.marcia, "Phase one"),
    ]:
        person.receives("You completed “%(phase)s”", phase=phase)


# -- June --------------------------------------------------------------------------------


def joao_stands_before_the_closed_door_of_phase_two(site, cast, edition):
    joao = cast.joao
    site.moves_to("2019-06-03T12:00")
    joao.enters()
    discussion = edition.phases.get(order=2).discussions.first()
    why = joao.says(
        "“%(phase)s” is open to those who completed “%(before)s”, which has closed.",
        phase="Fase dois",
        before="Fase um",
    )
    for address in (joao.address("content:discussion", discussion.pk), joao.page_of("d1")):
        joao.reads(address, why, "Módulo 1", status=403)
    cast.andres.enters()
    cast.andres.opens(cast.andres.page_of("d1"), status=404)
    for person, phase in [
        (cast.rosa, "Fase dos"),
        (cast.teresa, "Fase dos"),
        (cast.marcia, "Phase two"),
    ]:
        person.receives("“%(phase)s” is open", phase=phase)


def rosa_and_teresa_take_part_in_two_discussions(site, cast, edition):
    rosa, teresa, marcia, expert = cast.rosa, cast.teresa, cast.marcia, cast.expert
    privacy, expression, _encryption = edition.phases.get(order=2).discussions.all()
    for discussion, day in ((privacy, "04"), (expression, "11")):
        site.moves_to(f"2019-06-{day}T15:00")
        for person in (rosa, teresa):
            person.enters()
            person.contributes(discussion.pk)
        expert.enters()
        site.works()
        for person, other in ((rosa, "Teresa I."), (teresa, "Rosa M.")):
            for text in ("De acuerdo.", "¿Y si la medida alcanza a terceros?"):
                person.replies(discussion.pk, other, text)
        site.works()
        for person in (rosa, teresa):
            person.receives(
                "Somebody replied to you in “%(discussion)s”", discussion=discussion.title
            )
    marcia.enters()
    marcia.contributes(expression.pk)
    site.moves_to("2019-06-17T07:00")
    for person in (rosa, teresa):
        person.receives("You completed “%(phase)s”", phase="Fase dos")


def the_program_ends(site, cast):
    rosa = cast.rosa
    site.moves_to("2019-06-24T07:00")
    for person in (rosa, cast.teresa):
        person.receives("Check how your name will appear on the certificate", person.name)
    rosa.enters()
    rosa.confirms_the_name("Rosa Medina Quispe de Álvarez")


# -- July --------------------------------------------------------------------------------


def two_people_issue_the_certificates_and_rosa_downloads_hers(site, cast, edition) -> str:
    """That of the program to her and Teresa; Marcia, too, holds the statement of phase one."""
    rosa, coordinator, approver = cast.rosa, cast.coordinator, cast.approver
    site.moves_to("2019-07-01T13:00")
    for person in (coordinator, approver, rosa):
        person.enters()
    designs = preparing.design_the_certificates(coordinator, edition.program_id)
    issuing = coordinator.opens(reverse("certificates_staff:issue_edition", args=[edition.pk]))
    urls = {standing.design.pk: url for standing, url in issuing.context["standings"]}
    for design in designs:
        two_people(coordinator, approver, "issue_certificates", "", urls[design])
    site.works()
    titles = ("Certificado de participación", "Constancia de la fase uno")
    letters = [rosa.receives("Your certificate is available", title) for title in titles]
    for title in titles:
        cast.teresa.receives("Your certificate is available", title)
    cast.marcia.receives("Your certificate is available", "Statement of phase one")
    serial, paper = rosa.downloads()
    assert paper.startswith(b"%PDF") and len(paper) > 10_000
    assert serial in letters[0] and "Rosa Medina Quispe de Álvarez" in letters[0]
    return serial


def a_stranger_verifies_it(serial):
    shown = SiteClient().get(f"/v/{serial}", follow=True)
    page = shown.content.decode()
    for text in (serial, "Rosa Medina Quispe de Álvarez", "Certificado de participación"):
        assert text in page
    assert SiteClient().get("/v/0000-0000-0000", follow=True).status_code == 404


def nobody_got_any_other_mail(cast):
    for person in cast.everybody:
        person.has_read_everything()
