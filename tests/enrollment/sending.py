"""What the tests of files share: a form that asks for one, and somebody who sends it."""

from django.core.files.base import ContentFile

from enrollment.forms.definitions import default_form
from enrollment.models import Application, UploadedAnswer
from lms.media.uploads import MEGABYTE
from tests.builders import WINDOW_OPENS, an_edition
from tests.enrollment.applying import address, answers, press_submit, revision_of
from tests.enrollment.test_conditions import asks
from tests.lms.files import a_pdf, sent

LETTER = asks("letter", "file", types=["pdf", "image"], max_mb=1, tells_who=True)
PLAN = asks("plan", "file", False, types=["pdf"], max_mb=1, tells_who=False)
PAPER = a_pdf()
OTHER = a_pdf(lambda pdf: pdf.add_blank_page())
MOST = MEGABYTE


def an_edition_with_files(*more):
    edition = an_edition()
    form = [*default_form(), LETTER, PLAN, *more]
    edition.windows.update(form=form, form_frozen_at=WINDOW_OPENS)
    return edition


def shown(client, edition, language="en"):
    return client.get(address("application_form", edition, language))


def kept_keys(answer) -> dict[str, str]:
    """The files that a form names, as its hidden controls send them back."""
    form = answer.context["form"]
    uploads = {f["id"]: form.upload_of(f) for f in form.definition if f["kind"] == "file"}
    return {name: one.key if one else "" for name, one in uploads.items()}


def send(client, edition, *, button="save", before=None, language="en", **changes):
    """Fill in the form as it is shown (or as `before` showed it) with files by field id, and
    press a button. A text is what is typed, bytes or an uploaded file are what is chosen."""
    before = before or shown(client, edition, language)
    chosen = {}
    for name in ("letter", "plan"):
        if not isinstance(changes.get(name, ""), str):
            file = changes.pop(name)
            chosen[f"file:{name}"] = sent(file) if isinstance(file, bytes) else file
    data = {**answers(), **kept_keys(before), **changes, **chosen}
    data |= {"revision": revision_of(before), button: "1"}
    return client.post(address("application_form", edition, language), data)


def submit_with(client, edition, **files):
    answer = send(client, edition, button="continue", **files)
    assert answer.status_code == 302, answer.context["form"].errors
    return press_submit(client, edition)


def an_uploaded_answer(application, at, content=PAPER, **fields) -> UploadedAnswer:
    """Submitted with the first version, unless `version` says otherwise."""
    row = UploadedAnswer(
        application=application,
        at=at,
        **{"field": "letter", "name": "carta.pdf", "kind": "pdf", "version": 1, **fields},
    )
    row.size, row.sha256 = len(content), "0" * 64
    row.file.save("", ContentFile(content), save=False)
    row.save()
    return row


def file_of(upload, language="en") -> str:
    edition = upload.application.edition
    return address("application_status", edition, language) + f"files/{upload.key}/"


def letter():
    """The file that the draft holds."""
    key = Application.objects.get().draft["letter"]
    return UploadedAnswer.objects.get(key=key) if key else None


def text_of(response) -> str:
    return response.content.decode()


def content_of(response) -> bytes:
    return b"".join(response.streaming_content)
