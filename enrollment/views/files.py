"""Files of applications: as they arrive with a form, and as they are handed out."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from enrollment.forms.files import CHOSEN, REMOVED, file_fields, kinds_of, most_bytes
from enrollment.models import UploadedAnswer
from enrollment.rules.files import may_read_own_file
from lms.accounts import limits, resume
from lms.decisions import Decision, DomainError
from lms.media.uploads import KINDS, Upload, in_line, latest, received

log = logging.getLogger(__name__)
NOT_KEPT = _("The files that you chose were not kept: choose them again once you can go on.")
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass
class Arrived:
    """What came with a form, by field id: files that may be kept, and why others may not.
    `touched` are the fields of both, and those whose file goes."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    touched: list[dict] = field(default_factory=list)

    def refuse_all(self, text: str) -> None:
        self.refused |= dict.fromkeys(self.uploads, text)
        self.uploads.clear()

    def say_at(self, form) -> None:
        for name, text in self.refused.items():
            form.refuse(name, text)


def arrived(request, definition: list[dict], may_write: Decision) -> Arrived:
    """The files of the form that was sent, each looked through and counted; where nothing may be
    written, each is refused unread."""
    files, until = Arrived(), latest()
    for asked in file_fields(definition):
        file = request.FILES.get(CHOSEN + asked["id"])
        if file is None and REMOVED + asked["id"] not in request.POST:
            continue
        files.touched.append(asked)
        try:
            if file is not None and not may_write:
                files.refused[asked["id"]] = str(NOT_KEPT)
            elif file is not None:
                limits.may_upload(request).require()
                with in_line(request.user.pk):
                    upload = received(file, kinds_of(asked), most_bytes(asked), until=until)
                files.uploads[asked["id"]] = upload
        except DomainError as refusal:
            files.refused[asked["id"]] = str(refusal.reason)
    return files


@require_safe
def application_file(request, program: str, edition: str, key: str):
    """The applicant's own file; nobody else finds anything here."""
    if not request.user.is_authenticated:
        return resume.to_entrance(request)
    rows = UploadedAnswer.objects.select_related("application").filter(
        key=key, application__edition__slug=edition, application__edition__program__slug=program
    )
    upload = rows.first()
    if upload is None or not may_read_own_file(upload, request.user):
        raise Http404
    return handed_out(upload, upload.name)


def handed_out(upload: UploadedAnswer, name: str) -> FileResponse:
    """To be kept by whoever asked, and shown by no page: whatever is in it stays in it. Raises
    Http404 where it is not in the storage."""
    try:
        content = upload.file.open("rb")
    except FileNotFoundError as error:
        log.error("a file of an application is not in the storage: %s", upload.file.name)
        raise Http404 from error
    kind = KINDS[upload.kind].mime
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=kind, headers=HARMLESS
    )
    response["Content-Length"] = upload.size
    return response
