"""A question that is answered by a file: sent with the draft, kept with the versions, read by those
who may read the application, and by nobody else."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from enrollment.forms.files import accepted
from enrollment.models import Application, UploadedAnswer
from enrollment.services import files as services
from lms.accounts import resume
from tests.builders import WINDOW_OPENS, a_person, an_edition
from tests.enrollment.applying import address, answers, draft, press_submit
from tests.enrollment.sending import (
    LETTER,
    OTHER,
    PAPER,
    an_edition_with_files,
    content_of,
    file_of,
    kept_keys,
    letter,
    send,
    shown,
    submit_with,
    text_of,
)
from tests.enrollment.test_conditions import RURAL, asks
from tests.lms.files import a_pdf, a_photograph, runs_a_script, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TOKEN = re.compile('name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def edition(clock):
    clock(WINDOW_OPENS)
    return an_edition_with_files()


@pytest.fixture
def rosa(client, edition):
    person = a_person()
    client.force_login(person)
    return person


def stored() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(one.relative_to(root)) for one in (root / "answers").rglob("*") if one.is_file()}


# -- the form ----------------------------------------------------------------------------


def test_a_form_with_a_file_can_be_sent_with_it_and_one_without_is_as_before(client, edition, rosa):
    page = text_of(shown(client, edition))
    assert 'enctype="multipart/form-data"' in page
    assert 'type="file" name="file:letter" id="id_letter"' in page
    assert 'accept="application/pdf,.pdf,image/jpeg,.jpg,image/png,.png"' in page
    assert "PDF, JPEG or PNG, at most 1 MB" in page
    plain = text_of(shown(client, an_edition()))
    assert "multipart" not in plain and "data-file" not in plain


def test_a_form_without_a_file_asks_the_database_for_none(
    client, clock, django_assert_max_num_queries
):
    clock(WINDOW_OPENS)
    edition = an_edition()
    client.force_login(a_person())
    draft(client, edition, button="save")
    with django_assert_max_num_queries(100) as captured:
        draft(client, edition)
        press_submit(client, edition)
        client.get(address("application_status", edition))
    assert not any("uploadedanswer" in query["sql"] for query in captured.captured_queries)


def test_a_file_is_saved_with_the_draft_and_shown_by_name_and_size(client, edition, rosa):
    answer = send(client, edition, letter=PAPER)
    assert answer.status_code == 302
    page = text_of(client.get(answer.url))
    assert f'href="{file_of(letter(), "en")}"' in page and "carta.pdf</a> (" in page
    assert letter().field == "letter" and letter().version is None
    assert content_of(client.get(file_of(letter()))) == PAPER


def test_a_file_stays_though_another_field_is_wrong(client, edition, rosa):
    answer = send(client, edition, button="continue", letter=PAPER, given_names="")
    assert answer.status_code == 200 and "given_names" in answer.context["form"].errors
    assert "letter" not in answer.context["form"].errors
    assert "carta.pdf</a>" in text_of(answer)
    answer = send(client, edition, button="continue", before=answer)
    assert answer.status_code == 302
    assert UploadedAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (sent(b""), "empty"),
        (sent(b"<!doctype html><script>alert(1)</script>"), "no file of a kind"),
        (sent(a_pdf(runs_a_script)), "holds a program"),
        (sent(PAPER + b"0" * 1024 * 1024), "at most 1 MB"),
    ],
)
def test_a_file_that_is_refused_says_so_at_its_field_and_all_else_is_saved(
    client, edition, rosa, file, said
):
    send(client, edition, letter=OTHER)
    before = letter()
    file.seek(0)
    answer = send(client, edition, letter=file, given_names="")
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert errors.keys() == {"letter"} and said in errors["letter"][0]
    assert 'href="#id_letter"' in text_of(answer) and 'id="id_letter_error"' in text_of(answer)
    assert Application.objects.get().draft["given_names"] == ""
    assert letter() == before and UploadedAnswer.objects.count() == 1
    answer = send(client, edition, button="continue", letter=sent(b""))
    assert answer.status_code == 200 and answer.context["form"].errors.keys() == {"letter"}


def test_a_kind_that_the_question_does_not_take_is_refused(client, edition, rosa):
    answer = send(client, edition, plan=sent(a_photograph(), "plan.pdf"))
    assert answer.context["form"].errors.keys() == {"plan"}
    assert not UploadedAnswer.objects.exists()


def test_a_required_file_is_missed_and_an_optional_one_is_not(client, edition, rosa):
    answer = send(client, edition, button="continue")
    assert answer.context["form"].errors == {"letter": ["Choose a file."]}


def test_a_file_is_removed_and_replaced(client, edition, rosa):
    send(client, edition, letter=PAPER)
    first = letter()
    send(client, edition, letter=OTHER)
    assert letter() != first
    send(client, edition, **{"remove:letter": "1"})
    assert letter() is None
    assert "carta.pdf</a>" not in text_of(shown(client, edition))


def test_sending_the_same_file_twice_keeps_it_once(client, edition, rosa):
    """A double click, and choosing it again."""
    before = shown(client, edition)
    send(client, edition, before=before, letter=PAPER)
    revision = Application.objects.get().revision
    for again in (before, shown(client, edition)):
        answer = send(client, edition, before=again, letter=PAPER)
        assert answer.status_code == 302
    assert UploadedAnswer.objects.count() == 1
    assert Application.objects.get().revision == revision


def test_another_tab_is_never_overwritten_and_no_file_is_lost(client, edition, rosa):
    send(client, edition)
    before = shown(client, edition)
    send(client, edition, before=before, letter=PAPER)
    first = letter()
    answer = send(client, edition, before=before, given_names="Ana", letter=OTHER)
    assert answer.status_code == 409 and letter() == first
    assert "carta.pdf (" in answer.context["form"].saved_elsewhere["letter"]
    answer = send(client, edition, before=answer, given_names="Ana")
    assert answer.status_code == 302 and letter() != first
    assert content_of(client.get(file_of(letter()))) == OTHER


def test_a_tab_that_has_no_file_does_not_take_another_tabs_away(client, edition, rosa):
    before = shown(client, edition)
    send(client, edition, letter=PAPER)
    answer = send(client, edition, before=before, given_names="Ana")
    assert answer.status_code == 409 and letter() is not None


def test_a_file_of_somebody_else_answers_nothing(client, edition, rosa):
    send(client, edition, letter=PAPER)
    key = letter().key
    client.force_login(a_person())
    answer = send(client, edition, button="continue", letter=key)
    assert answer.status_code == 200
    assert "not kept any more" in answer.context["form"].errors["letter"][0]
    assert key not in kept_keys(answer).values() and "carta.pdf" not in text_of(answer)


def test_a_file_of_another_question_answers_nothing(client, edition, rosa):
    send(client, edition, plan=PAPER)
    key = Application.objects.get().draft["plan"]
    answer = send(client, edition, button="continue", letter=key)
    assert "not kept any more" in answer.context["form"].errors["letter"][0]


@pytest.mark.parametrize("key", ["<script>", "../x", "x" * 500, "\x00", "ñ"])
def test_what_is_no_key_is_no_answer(client, edition, rosa, key):
    send(client, edition, letter=key)
    assert Application.objects.get().draft["letter"] == ""


def test_a_conditional_file_is_asked_as_any_other_question(client, edition, rosa):
    deed = asks("deed", "file", types=["pdf"], max_mb=1, shown_if=RURAL)
    other = an_edition_with_files(deed)
    answer = send(client, other, button="continue", letter=PAPER, workplace_kind="capital")
    assert answer.status_code == 302
    answer = send(client, other, button="continue")
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"deed"}


def test_what_ended_with_the_session_is_named(client, edition, rosa):
    url = address("application_form", edition, "en")
    data = {**answers(given_names="Ana"), "file:letter": sent(PAPER), "save": "1"}
    assert client.get(url).status_code == 200
    client.logout()
    client.cookies["reader"] = ""
    answer = client.post(url, data)
    assert answer.status_code == 302 and "next" in answer.url
    kept = client.session[resume.SESSION_KEY]
    session = client.session
    client.force_login(rosa)
    session = client.session
    session[resume.SESSION_KEY] = kept
    session.save()
    form = client.get(url).context["form"]
    assert form["given_names"].value() == "Ana"
    assert "session had ended" in form.errors["letter"][0]
    assert "plan" not in form.errors


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "anexo\u202efdp.exe", "..\\carta\x00.html"])
def test_a_hostile_name_is_made_harmless(client, edition, rosa, name):
    send(client, edition, letter=sent(PAPER, name))
    upload = letter()
    assert upload.name.endswith(".pdf") and len(upload.name) <= 90
    assert not re.search(r"[\u202e\x00/\\]", upload.name)
    disposition = client.get(file_of(upload))["Content-Disposition"]
    assert disposition.startswith("attachment; filename") and "\n" not in disposition


def test_nothing_of_the_person_is_in_the_name_under_which_it_is_stored(client, edition, rosa):
    send(client, edition, letter=sent(PAPER, "Rosa Medina.pdf"))
    assert re.fullmatch(r"answers/([0-9a-f]{2})/\1[0-9a-f]{38}", letter().file.name)
    assert letter().file.name in stored()


# -- without a button --------------------------------------------------------------------


def autosave(client, edition, **changes):
    return send(client, edition, button="autosave", **changes)


def test_a_script_saves_a_file_alone_and_gets_its_control_drawn(client, edition, rosa):
    told = autosave(client, edition, letter=PAPER).json()
    assert told["revision"] and told["files"].keys() == {"letter"}
    drawn = told["files"]["letter"]
    assert drawn["said"].startswith("Saved with your draft: carta.pdf (") and not drawn["wrong"]
    assert f'value="{letter().key}"' in drawn["html"] and "id_letter_remove" in drawn["html"]
    assert "files" not in autosave(client, edition, given_names="Ana").json()


def test_a_script_is_told_why_a_file_is_refused(client, edition, rosa):
    told = autosave(client, edition, letter=sent(b""), given_names="Ana").json()
    assert told["files"]["letter"]["wrong"] and "empty" in told["files"]["letter"]["said"]
    assert "errorlist" in told["files"]["letter"]["html"]
    assert Application.objects.get().draft["given_names"] == "Ana"


def test_a_script_removes_a_file(client, edition, rosa):
    autosave(client, edition, letter=PAPER)
    told = autosave(client, edition, **{"remove:letter": "1"}).json()
    assert told["files"]["letter"]["said"] == "The file is removed from your draft."
    assert letter() is None


def test_a_script_of_an_older_tab_replaces_no_file(client, edition, rosa):
    before = shown(client, edition)
    autosave(client, edition, letter=PAPER)
    first = letter()
    answer = autosave(client, edition, before=before, letter=OTHER)
    assert answer.status_code == 409 and letter() == first


# -- the versions ------------------------------------------------------------------------


def test_every_version_keeps_its_own_file(client, edition, rosa):
    submit_with(client, edition, letter=PAPER)
    submit_with(client, edition, letter=OTHER, plan=PAPER)
    application = Application.objects.get()
    first, second = application.versions.all()
    assert first.answers["letter"] != second.answers["letter"] == application.answers["letter"]
    numbers = dict(application.uploaded_answers.values_list("key", "version"))
    assert numbers[first.answers["letter"]] == 1
    assert numbers[second.answers["letter"]] == numbers[second.answers["plan"]] == 2
    services.sweep_files(WINDOW_OPENS + 9 * DAY)
    assert application.uploaded_answers.count() == 3


def test_the_receipt_shows_the_file(client, edition, rosa):
    submit_with(client, edition, letter=PAPER)
    page = text_of(client.get(address("application_status", edition, "en")))
    upload = UploadedAnswer.objects.get()
    assert f'href="{file_of(upload)}"' in page and "carta.pdf (" in page


def test_the_check_before_submitting_shows_the_file(client, edition, rosa):
    answer = send(client, edition, button="continue", letter=PAPER)
    assert "carta.pdf (" in text_of(client.get(answer.url))


def test_an_earlier_application_lends_no_file(client, edition, rosa):
    submit_with(client, edition, letter=PAPER)
    later = an_edition(edition.program, slug="2020")
    form = edition.windows.get(kind="application").form
    later.windows.update(form=form, form_frozen_at=WINDOW_OPENS)
    page = shown(client, later)
    assert page.context["form"].initial["given_names"] == "Rosa"
    assert "letter" not in page.context["form"].initial


# -- the paper, and the words -------------------------------------------------------------


def test_the_form_on_paper_says_what_is_attached(client, edition):
    page = text_of(client.get(address("application_blank", edition, "en")))
    assert "To be attached on the site: PDF, JPEG or PNG, at most 1 MB" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "PDF, JPEG or PNG, at most 1 MB"),
        ("es", "PDF, JPEG o PNG, de 1 MB como máximo"),
        ("pt-br", "PDF, JPEG ou PNG, de no máximo 1 MB"),
    ],
)
def test_what_may_be_sent_is_said_in_the_readers_language(language, words):
    with translation.override(language):
        assert accepted(LETTER) == words
    with translation.override("en"):
        assert accepted({"types": ["pdf"]}) == "PDF, at most 5 MB"
