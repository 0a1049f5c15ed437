"""Who may read a file that answers a question of an application's form."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enrollment.forms.definitions import form_of
from enrollment.models import Application, Review, ReviewStatus, StaffRole, UploadedAnswer
from enrollment.rules.reviews import hidden_from_readers
from enrollment.rules.staff import PEOPLE_READERS, has_role
from lms.decisions import ALLOWED, Decision, refused

NOBODYS = refused("not_found", _("There is no such file."))


def may_read_own_file(upload: UploadedAnswer, person) -> Decision:
    """The applicant reads what she sent, in whatever state her application is; not what she has
    removed, though it is still stored."""
    is_hers = person.pk is not None and upload.application.person_id == person.pk
    return ALLOWED if is_hers and _is_held(upload) else NOBODYS


def _is_held(upload: UploadedAnswer) -> bool:
    """By a version, by the draft, or by the page of a tab that has still to save its draft."""
    application = upload.application
    is_in_draft = upload.key in application.draft.values()
    return upload.version is not None or is_in_draft or upload.at > application.saved_at


def may_read_file(upload: UploadedAnswer, user) -> Decision:
    """Staff who read the program's applications, once it was submitted; and whoever is to read
    this application, as it stands now, but where the reading is blind nothing that tells who it
    is. The applicant herself reads it elsewhere."""
    application = upload.application
    if upload.version is None or application.person_id is None:
        return NOBODYS
    if has_role(user, application.edition.program, *PEOPLE_READERS):
        return ALLOWED
    return ALLOWED if _reads_it(upload, application, user) else NOBODYS


def _reads_it(upload: UploadedAnswer, application: Application, user) -> bool:
    if application.answers.get(upload.field) != upload.key:
        return False
    if not has_role(user, application.edition.program, StaffRole.REVIEWER):
        return False
    own = Review.objects.filter(application=application, reader=user)
    if not own.exclude(status=ReviewStatus.RECUSED).exists():
        return False
    plan = getattr(application.edition, "reading_plan", None)
    definition = form_of(application.window)
    return plan is not None and upload.field not in hidden_from_readers(plan, definition)
