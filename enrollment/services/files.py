"""Files that answer questions of the form: kept, bounded, tied to the version that was submitted
with them, and let go. The only writer of `UploadedAnswer`.

A file is stored before its row is committed: what a killed process or a transaction that was taken
back leaves in the storage, the nightly sweep finds."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.forms.definitions import form_of
from enrollment.forms.files import file_fields
from enrollment.models import Application, UploadedAnswer
from enrollment.models.applications import ANSWERS
from lms.decisions import DomainError
from lms.media.uploads import MEGABYTE, Upload

log = logging.getLogger(__name__)
MOST_FILES, MOST_BYTES = 60, 120 * MEGABYTE  # of one application, with all its versions
KEPT_UNHELD = timedelta(days=1)


def add_files(
    application: Application, uploads: Mapping[str, Upload], at: datetime
) -> dict[str, str]:
    """Keep files that were looked through, by field id; returns their keys. The same file sent
    twice is kept once. The application is locked by the caller, in whose transaction this is.
    Refuses `too_many_files`."""
    kept = _with_room_for(application, uploads)
    return {
        name: _same(kept, name, upload) or _store(application, name, upload, at)
        for name, upload in uploads.items()
    }


def same_files(application: Application, uploads: Mapping[str, Upload]) -> dict[str, str]:
    """The keys of the files of the same name and content that are kept already, by field id; empty
    for one that is new."""
    kept = list(application.uploaded_answers.all())
    return {name: _same(kept, name, upload) for name, upload in uploads.items()}


def _with_room_for(application, uploads: Mapping[str, Upload]) -> list[UploadedAnswer]:
    kept = list(application.uploaded_answers.all())
    if not _has_room(kept, uploads):
        drop_unheld(application)
        kept = list(application.uploaded_answers.all())
    if not _has_room(kept, uploads):
        text = _("This application already holds as many files as it may. Write to the program.")
        raise DomainError("too_many_files", text)
    return kept


def _has_room(kept: list[UploadedAnswer], uploads: Mapping[str, Upload]) -> bool:
    size = sum(one.size for one in kept) + sum(len(one.content) for one in uploads.values())
    return len(kept) + len(uploads) <= MOST_FILES and size <= MOST_BYTES


def _same(kept: list[UploadedAnswer], name: str, upload: Upload) -> str:
    what = (name, upload.name, _checksum(upload))
    return next((one.key for one in kept if (one.field, one.name, one.sha256) == what), "")


def _checksum(upload: Upload) -> str:
    return hashlib.sha256(upload.content).hexdigest()


def _store(application: Application, name: str, upload: Upload, at: datetime) -> str:
    row = UploadedAnswer(
        application=application,
        field=name,
        name=upload.name,
        kind=upload.kind,
        size=len(upload.content),
        sha256=_checksum(upload),
        at=at,
    )
    row.file.save("", ContentFile(upload.content), save=False)
    row.save(force_insert=True)
    return row.key


def submit_files(application: Application, values: dict, version: int) -> None:
    """Tie the files that a version was submitted with to it, where no earlier one has them."""
    fields = file_fields(form_of(application.window))
    keys = [values[field["id"]] for field in fields if field["id"] in values]
    if keys:
        rows = application.uploaded_answers.filter(key__in=keys, version=None)
        rows.update(version=version)


def drop_unheld(application: Application) -> int:
    """Let go of the files that neither the draft nor a version holds. Returns how many. The
    application is locked by the caller."""
    held = [one for one in application.draft.values() if isinstance(one, str)]
    rows = application.uploaded_answers.filter(version=None)
    return forget_files(rows.exclude(key__in=held))


def forget_files(rows) -> int:
    """Delete the rows, and their files once that is committed. Returns how many."""
    names = list(rows.order_by().values_list("file", flat=True))
    rows.delete()
    transaction.on_commit(lambda: _delete_stored(names))
    return len(names)


def _delete_stored(names: Iterable[str]) -> int:
    deleted = 0
    for name in names:
        try:
            default_storage.delete(name)
            deleted += 1
        except Exception:
            log.exception("a file that nobody holds could not be deleted: %s", name)
    return deleted


# -- the nightly sweep -----------------------------------------------------------------


def sweep_files(at: datetime) -> None:
    """Let go of what has been held by nobody for a day: files that were replaced, and stored ones
    without a row."""
    limit = at - KEPT_UNHELD
    rows = UploadedAnswer.objects.filter(version=None, at__lte=limit)
    keys = rows.filter(application__saved_at__lte=limit).order_by("application")
    for key in list(keys.values_list("application", flat=True).distinct()):
        try:
            _sweep_one(key, limit)
        except Exception:
            log.exception("the files of application %s could not be swept", key)
    _delete_stored(list(_stored_without_row(limit)))


@transaction.atomic
def _sweep_one(key: int, limit: datetime) -> None:
    rows = Application.objects.select_for_update().filter(pk=key, saved_at__lte=limit)
    for application in rows:
        drop_unheld(application)


def _stored_without_row(limit: datetime) -> Iterator[str]:
    for folder in _listed(ANSWERS)[0]:
        where = f"{ANSWERS}/{folder}"
        names = {f"{where}/{name}" for name in _listed(where)[1] if name}
        rows = UploadedAnswer.objects.filter(file__startswith=f"{where}/")
        for name in names - set(rows.values_list("file", flat=True)):
            try:
                if default_storage.get_modified_time(name) <= limit:
                    yield name
            except FileNotFoundError:
                continue


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
