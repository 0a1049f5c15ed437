"""The files of an application, for the staff who may read it: coordinators, approvers, and the
reviewer to whom it was given, who reads blind."""

import io

import pytest
from openpyxl import load_workbook

from enrollment.models import Application, Review, ReviewStatus, StaffRole, UploadedAnswer
from enrollment.staff.form_blocks import FormBuilder
from tests.builders import WINDOW_OPENS, a_person, a_staff_member, an_edition
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.sending import (
    LETTER,
    OTHER,
    PAPER,
    PLAN,
    an_edition_with_files,
    an_uploaded_answer,
    send,
    submit_with,
)
from tests.enrollment.staff.visits import enter, page, visit
from tests.enrollment.test_reading import AT, a_reviewer, an_edition_read
from tests.entrance import SiteClient
from tests.lms.files import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(clock, english):
    clock(WINDOW_OPENS)
    return an_edition_with_files()


def file_of(upload) -> str:
    return page("application_file", upload.application_id, upload.key)


def text_of(response) -> str:
    return response.content.decode()


def opens(user, upload) -> int:
    client = SiteClient()
    enter(client, user)
    return client.get(file_of(upload)).status_code


def sent_by_rosa(edition, **files):
    client, person = SiteClient(), a_person()
    client.force_login(person)
    submit_with(client, edition, **files)
    return client, Application.objects.get(person=person)


def file_in(application, field="letter") -> UploadedAnswer:
    return UploadedAnswer.objects.get(key=application.answers[field])


# -- coordinators ------------------------------------------------------------------------


def test_the_page_of_an_application_leads_to_its_files_of_every_version(client, edition):
    rosa, application = sent_by_rosa(edition, letter=sent(PAPER, "Rosa Medina.pdf"))
    old = file_in(application)
    submit_with(rosa, edition, letter=sent(OTHER, "Rosa Medina.pdf"))
    application.refresh_from_db()
    coordinator = a_staff_member(edition.program)
    shown = text_of(visit(client, coordinator, "application", application.pk))
    for upload in (old, file_in(application)):
        assert f'href="{file_of(upload)}"' in shown
    assert "Rosa Medina.pdf (" in shown
    answer = client.get(file_of(file_in(application)))
    assert b"".join(answer.streaming_content) == OTHER
    name = f'attachment; filename="{application.code}-letter.pdf"'
    assert answer["Content-Disposition"] == name
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private, no-store")


def test_only_those_who_read_applications_of_the_program_open_a_file(edition):
    upload = an_uploaded_answer(a_submitted(edition), AT)
    elsewhere = a_staff_member(an_edition().program)
    codes = {
        role: opens(a_staff_member(edition.program, role), upload) for role in StaffRole.values
    }
    readers = (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)
    assert codes == {role: 200 if role in readers else 404 for role in StaffRole.values}
    assert opens(elsewhere, upload) == 404
    admin = a_person(is_staff=True, is_superuser=True)
    assert opens(admin, upload) == 404


def test_nobody_enters_without_the_second_step(client, edition):
    upload = an_uploaded_answer(a_submitted(edition), AT)
    coordinator = a_staff_member(edition.program)
    client.force_login(coordinator, factor=False)
    assert client.get(file_of(upload)).status_code == 302
    assert SiteClient().get(file_of(upload)).status_code == 302


def test_a_draft_is_read_by_no_staff(edition):
    client, person = SiteClient(), a_person()
    client.force_login(person)
    send(client, edition, letter=PAPER)
    assert opens(a_staff_member(edition.program), UploadedAnswer.objects.get()) == 404


def test_a_file_is_found_under_its_own_application_alone(client, edition):
    upload = an_uploaded_answer(a_submitted(edition), AT)
    other = a_submitted(edition)
    enter(client, a_staff_member(edition.program))
    assert client.get(page("application_file", other.pk, upload.key)).status_code == 404
    assert client.get(page("application_file", other.pk, "x" * 22)).status_code == 404


def test_the_spreadsheet_names_files_and_holds_no_key(client, edition):
    _client, application = sent_by_rosa(edition, letter=sent(PAPER, "=Carta.pdf"))
    coordinator = a_staff_member(edition.program)
    answer = visit(client, coordinator, "applications", query="?export=xlsx")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert cells[LETTER["label"]["es"]] == "'=Carta.pdf"
    assert application.answers["letter"] not in map(str, rows[1])


# -- reviewers ---------------------------------------------------------------------------


@pytest.fixture
def reading(clock, english):
    """An edition that is read, its one application and the reviewer who has it."""

    def made(*, is_blind):
        clock(AT)
        edition = an_edition_read(is_blind=is_blind)
        form = an_edition_with_files().windows.get(kind="application").form
        edition.windows.update(form=form, form_frozen_at=WINDOW_OPENS)
        application = a_submitted(edition, answers={})
        letter = an_uploaded_answer(application, AT, name="Rosa Medina.pdf")
        plan = an_uploaded_answer(application, AT, field="plan", name="Plan de Rosa.pdf")
        application.answers = {"letter": letter.key, "plan": plan.key}
        application.save()
        reader = a_reviewer(edition)
        review = Review.objects.create(application=application, reader=reader, assigned_at=AT)
        return review, letter, plan

    return made


def test_a_reader_opens_the_files_of_what_she_was_given(client, reading):
    review, letter, plan = reading(is_blind=False)
    shown = text_of(visit(client, review.reader, "review", review.pk))
    for upload in (letter, plan):
        assert f'href="{file_of(upload)}"' in shown and upload.name in shown
        assert opens(review.reader, upload) == 200


def test_blind_a_reader_finds_no_file_that_tells_who_it_is(client, reading):
    review, letter, plan = reading(is_blind=True)
    assert LETTER["tells_who"] and not PLAN["tells_who"]
    shown = text_of(visit(client, review.reader, "review", review.pk))
    assert letter.key not in shown and "Rosa" not in shown
    assert f'href="{file_of(plan)}"' in shown and "PDF, " in shown
    assert opens(review.reader, letter) == 404
    assert opens(review.reader, plan) == 200
    client.force_login(review.reader)
    assert "Rosa" not in client.get(file_of(plan))["Content-Disposition"]


def test_a_file_of_which_nobody_said_so_is_taken_to_tell_who_it_is(reading):
    review, _letter, plan = reading(is_blind=True)
    window = review.application.window
    form = [{k: v for k, v in one.items() if k != "tells_who"} for one in window.form]
    type(window).objects.filter(pk=window.pk).update(form=form)
    assert opens(review.reader, plan) == 404


def test_nobody_reads_files_of_what_was_not_given_to_them_or_is_no_more(reading):
    review, letter, _plan = reading(is_blind=False)
    assert opens(a_reviewer(review.application.edition), letter) == 404
    stranger = a_reviewer(an_edition())
    Review.objects.create(application=review.application, reader=stranger, assigned_at=AT)
    assert opens(stranger, letter) == 404
    Review.objects.update(status=ReviewStatus.RECUSED)
    assert opens(review.reader, letter) == 404


def test_a_reader_opens_what_the_application_says_now_and_no_older_file(reading):
    review, letter, _plan = reading(is_blind=False)
    application = review.application
    newer = an_uploaded_answer(application, AT, OTHER, version=2)
    application.answers = {"letter": newer.key}
    application.save()
    assert (opens(review.reader, letter), opens(review.reader, newer)) == (404, 200)


# -- the builder -------------------------------------------------------------------------


def test_a_coordinator_builds_a_question_for_a_file(edition):
    builder = FormBuilder(edition, edition.windows.first().form, "en")
    block = builder.block.child_blocks["file"]
    label = {"es": "¿Carta de la institución?", "pt_br": "Carta?", "en": "Letter?"}
    given = {**block.get_default(), "label": label, "required": True, "types": ["pdf"]}
    builder.stream.append(("file", block.to_python(dict(given))))
    made = builder.definition_of(builder.block.clean(builder.stream))[-1]
    assert made["id"] == "carta_de_la_institucion" and made["kind"] == "file"
    assert (made["types"], made["max_mb"], made["tells_who"]) == (["pdf"], 5, True)


def test_a_form_with_files_comes_back_as_it_was(edition):
    form = edition.windows.get(kind="application").form
    builder = FormBuilder(edition, form, "en")
    assert builder.definition_of(builder.block.clean(builder.stream)) == form
    assert form[-1]["tells_who"] is False


def test_the_preview_shows_the_control(client, edition):
    coordinator = a_staff_member(edition.program)
    window = edition.windows.get(kind="application")
    shown = visit(client, coordinator, "window_form_preview", edition.pk, window.pk, "es")
    assert 'type="file"' in text_of(shown) and "id_letter" in text_of(shown)
