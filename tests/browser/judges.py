"""The judges' program as it was announced for 2019, with its texts in all languages, and what
its staff do while she who is watched goes her way."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace

from certificates.demo.building import DESIGNS
from certificates.models import Design
from certificates.services import issue_due
from content.demo.facts import make_discussions, make_modules
from content.demo.pages import plant_all
from content.models import LessonPage, Module
from content.services.learning import mark_read, open_lesson
from content.services.participation import freeze_all_due
from content.services.quizzes import start_attempt, submit_attempt
from content.services.rooms import enter_room
from enrollment.demo import programs, selection
from enrollment.demo.data import demo_accounts
from enrollment.models import AlumniImport, Alumnus, Edition
from lms.demo.accounts import make_people
from lms.hooks import DemoStage
from tests.builders import CERTIFICATES, WINDOW_OPENS, a_person, instant
from tests.content.discussing import answers, someone_in, writes

SLUG = "2019"


def the_program():
    """`edition` (published, its window still to open) and `office` (who works there)."""
    stage = DemoStage(WINDOW_OPENS.date())
    at = WINDOW_OPENS - timedelta(days=40)
    staff_accounts = [account for account in demo_accounts() if account.is_staff]
    people = make_people(staff_accounts, date_joined=at)
    program = programs.make_program()
    staff = programs.make_staff(program, people, at)
    office = selection.Office(staff["coordinator"], staff["second_approver"])
    edition = programs.make_edition(program, SLUG, stage)
    programs.publish(edition, office.coordinator, office.second)
    make_modules(edition, stage)
    make_discussions(edition, stage)
    plant_all(program, [edition], at)
    for says in json.loads(DESIGNS.read_text(encoding="utf-8")):
        Design.objects.create(program=program, **says)
    return SimpleNamespace(edition=edition, office=office, program=program)


def list_as_alumna(office, program, email: str) -> None:
    source = AlumniImport.objects.create(
        program=program, by=office.coordinator, at=WINDOW_OPENS, file_name="2017.csv"
    )
    row = {"name": "Rosa Medina Quispe", "email": email, "country": "PE", "edition": "2017"}
    Alumnus.objects.create(program=program, source=source, line=2, raw=row, **row)


def select_everybody(edition: Edition, office) -> None:
    """Assess, propose, lock and arm by two people: the release comes by itself."""
    selection.assess(edition, office)
    selection.decide(edition, office, {})
    edition.refresh_from_db()


def learn_the_rest(enrollment, at) -> None:
    """Read every lesson and pass every quiz that is not done yet, day after day."""
    modules = Module.objects.filter(phase__edition=enrollment.edition).order_by("order")
    for days, module in enumerate(modules):
        then = at + timedelta(days=days)
        for lesson in LessonPage.objects.filter(module=module, locale__language_code="es"):
            open_lesson(enrollment, lesson, then)
            mark_read(enrollment, lesson, then)
        if not enrollment.modules.filter(module=module, passed_at__isnull=False).exists():
            attempt = start_attempt(enrollment, module, then)
            submit_attempt(attempt, right_answers(attempt), then)


def right_answers(attempt) -> dict[str, list[str]]:
    return {
        question["key"]: [option["id"] for option in question["options"] if option["correct"]]
        for question in attempt.questions
    }


def a_peer_who_wrote(discussion, language: str, at):
    """Somebody of the same language in the discussion, and what they wrote there."""
    peer = someone_in(discussion, at, language=language, person=a_person(language=language))
    return peer, writes(peer, discussion, at=at)


def take_part(enrollment, discussion, at) -> None:
    """All that a discussion asks, in answer to a peer."""
    _peer, post = a_peer_who_wrote(discussion, enrollment.language, at)
    enter_room(enrollment, discussion, at)
    writes(enrollment, discussion, at=at)
    for text in ("De acuerdo.", "Una pregunta más."):
        answers(enrollment, post, text, at=at)


def issue_certificates(edition: Edition) -> None:
    freeze_all_due(instant("2019-06-24T07:05"))
    for design in Design.objects.filter(program=edition.program):
        issue_due(edition, design, by=None, at=CERTIFICATES)
