"""One participant's whole way in a real Chromium, at 360 px: from the home page to a certificate
that a stranger verifies. With script and without, in Spanish and in Portuguese; each page is
looked at by `Reader`, with axe where there is script."""

import pytest
from django.utils import translation

from certificates.models import Certificate
from content.models import Attempt, Discussion
from enrollment.models import Application, Enrollment
from tests.browser import judges
from tests.enrollment.applying import address, answers
from tests.entrance import path_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

EMAIL = {"es": "rosa@correo.example", "pt-br": "rosa@correio.example"}
LEFT_OUT = ("institution", "country", "motivation")
CONTRIBUTION = "La necesidad y la proporcionalidad se examinan caso por caso. " * 10


@pytest.fixture
def program(clock):
    clock("2019-03-01T12:00:00Z")
    return judges.the_program()


LOOKS = {
    "es-script": {"language": "es", "schemes": ("light", "dark")},
    "pt-script": {"language": "pt-br", "schemes": ("light",)},
    "es-plain": {"language": "es", "script": False},
    "pt-plain": {"language": "pt-br", "script": False},
}


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_main_path(program, reader, clock, looks):
    rosa, language = reader(**looks), looks["language"]
    with translation.override(language):
        applies(rosa, program.edition, clock)
        judges.list_as_alumna(program.office, program.program, EMAIL[language])
        judges.select_everybody(program.edition, program.office)
        accepts(rosa, program.edition, clock)
        learns(rosa, program.edition, clock)
        discusses(rosa, program.edition, clock)
        looks_after_her_account(rosa)
        is_certified(rosa, program.edition, clock)
        verifies(reader(**looks))


def applies(rosa, edition, clock):
    clock("2019-04-02T15:00:00Z")
    rosa.go(f"/{rosa.language}/")
    rosa.press("a[href*='/programa/']")
    form = address("application_form", edition, rosa.language)
    rosa.follow(form)
    rosa.enter(EMAIL[rosa.language])
    assert rosa.path == form
    typed = answers(language=rosa.language)
    typed = {name: value for name, value in typed.items() if value}
    rosa.fill(**{name: value for name, value in typed.items() if name not in LEFT_OUT})
    rosa.press("main [name=continue]")
    summary = rosa.page.locator(".error-summary")
    assert summary.get_by_role("link").count() == 3
    rosa.fill(**{name: typed[name] for name in LEFT_OUT})
    rosa.press("main [name=continue]")
    assert rosa.path == address("application_check", edition, rosa.language)
    rosa.press("main form .button")
    assert Application.objects.get().code in rosa.page.inner_text(".confirmation")
    rosa.go(path_to("home", rosa.language))


def accepts(rosa, edition, clock):
    clock("2019-04-16T13:00:00Z")
    rosa.go(path_to("home", rosa.language))
    rosa.press(".next-step .button")
    assert rosa.path == address("outcome", edition, rosa.language)
    rosa.press("form[action$='/accept/'] button")
    assert Enrollment.objects.get().holds_seat
    rosa.follow(address("enrollment", edition, rosa.language))
    rosa.follow(address("enrollment_name", edition, rosa.language))
    rosa.press("main form button")


def learns(rosa, edition, clock):
    at = clock("2019-05-20T15:00:00Z")
    rosa.come_back(EMAIL[rosa.language])
    assert rosa.path == path_to("home", rosa.language)
    rosa.press(".next-step .button")
    rosa.press(".up a")
    rosa.press("main .task-list a")
    rosa.press("form[action$='/read/'] button")
    quiz = path_to("content:quiz", rosa.language, edition.phases.get(order=1).modules.first().pk)
    rosa.go(quiz)
    rosa.press("main form button")
    rosa.press("main form [value=submit]", status=422)
    attempt = Attempt.objects.get()
    for key, chosen in judges.right_answers(attempt).items():
        for value in chosen:
            rosa.page.locator(f"[name='{key}'][value='{value}']").check()
    rosa.press("main form [value=submit]")
    attempt.refresh_from_db()
    assert attempt.is_passed
    rosa.go(quiz)
    judges.learn_the_rest(Enrollment.objects.get(), at)


def discusses(rosa, edition, clock):
    at = clock("2019-06-04T15:00:00Z")
    enrollment = Enrollment.objects.get()
    first, second, _third = Discussion.objects.order_by("order")
    _peer, post = judges.a_peer_who_wrote(first, rosa.language, at)
    rosa.come_back(EMAIL[rosa.language])
    rosa.press(".next-step .button")
    rosa.go(path_to("content:discussion", rosa.language, first.pk))
    room = rosa.path
    rosa.fill(text=CONTRIBUTION)
    rosa.press("#write form button")
    for text in ("De acuerdo.", "Una pregunta más."):
        rosa.go(room)
        rosa.follow(path_to("content:post_reply", rosa.language, post.pk))
        rosa.fill(text=text)
        rosa.press("main form button.button")
    assert enrollment.participations.get().is_met
    rosa.go(path_to("content:post_report", rosa.language, post.pk))
    judges.take_part(enrollment, second, clock("2019-06-11T15:00:00Z"))


def looks_after_her_account(rosa):
    rosa.go(path_to("accounts:settings", rosa.language))
    rosa.press("main form.stack button")
    for name in ("change_address", "add_backup", "my_data", "read_data"):
        rosa.go(path_to(f"accounts:{name}", rosa.language))


def is_certified(rosa, edition, clock):
    judges.issue_certificates(edition)
    clock("2019-07-01T13:00:00Z")
    rosa.come_back(EMAIL[rosa.language])
    rosa.follow(path_to("certificates:mine", rosa.language))
    certificate = Certificate.objects.filter(kind="program").get()
    with rosa.page.expect_download() as arriving:
        rosa.page.locator(f"a[href$='{certificate.serial}.pdf']").click()
    assert arriving.value.path().read_bytes().startswith(b"%PDF")


def verifies(stranger):
    certificate = Certificate.objects.filter(kind="program").get()
    stranger.go(path_to("certificates:verify", stranger.language))
    stranger.fill(code="0000-0000-0000")
    stranger.press("main form button", status=404)
    stranger.fill(code=certificate.printed_serial.lower())
    stranger.press("main form button")
    assert certificate.snapshot["name"] in stranger.page.inner_text("main")
    stranger.go(f"/v/{certificate.printed_serial}")
