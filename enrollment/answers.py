"""What an application says, and the form in which it is said."""

from __future__ import annotations

from django.utils.translation import get_language

from enrollment.announced import roles_of
from enrollment.forms.applications import (
    COLUMNS,
    ApplicationForm,
    Typed,
    as_typed,
    drawn_unanswered,
    fields_of,
)
from enrollment.forms.blank import blank_parts
from enrollment.forms.definitions import form_of
from enrollment.forms.files import FILE, file_fields
from enrollment.models import Application, RegistrationWindow, UploadedAnswer
from lms.kept import kept

ANEW = ("consent", "long_text", FILE)


def submitted_values(application: Application) -> dict:
    """What the application says, by field id; empty answers are left out."""
    columns = {field: getattr(application, name) for field, name in COLUMNS.items()}
    columns["country"] = application.country.code
    columns["role"] = application.role.key if application.role else ""
    return {field: value for field, value in columns.items() if value} | application.answers


def own_application(person, window: RegistrationWindow) -> Application | None:
    """The person's application to the window's edition."""
    rows = Application.objects.filter(person=person, edition=window.edition).order_by()
    return next((related(application, person, window) for application in rows[:1]), None)


def saved_answers(application: Application) -> Typed:
    """What the form shows when she comes back: what was last typed, else what was submitted."""
    if application.draft or application.submitted_at is None:
        return application.draft
    return as_typed(form_of(application.window), submitted_values(application))


def earlier_answers(person, window: RegistrationWindow) -> dict[str, str]:
    """What the person last submitted to another edition of the program, for a form that is begun:
    facts about her, not the motivation nor a file nor what is agreed to anew."""
    rows = Application.objects.filter(person=person, edition__program=window.edition.program_id)
    submitted = rows.exclude(submitted_at=None).order_by("-submitted_at")
    keys = list(submitted.values_list("pk", flat=True)[:1])
    if not keys:
        return {}
    last = Application.objects.select_related("role").get(pk=keys[0])
    facts = {f["id"] for f in form_of(window) if f["kind"] not in ANEW}
    return {key: value for key, value in submitted_values(last).items() if key in facts}


def form_for(
    window: RegistrationWindow, person, application: Application | None = None, **options
) -> ApplicationForm:
    """The window's form; `options` are a Django form's (`data`, `initial`), the `application` is
    the one whose files it shows."""
    return ApplicationForm(
        form_of(window),
        _fields_of(window),
        email=person.email,
        drawn_unanswered=lambda: _drawn_unanswered(window),
        uploads=_files_of(application),
        **options,
    )


def _files_of(application: Application | None) -> dict[str, UploadedAnswer]:
    """Its files by their key. The database is not asked where the form asks for no file."""
    if application is None or not file_fields(form_of(application.window)):
        return {}
    return {one.key: one for one in application.uploaded_answers.all()}


@kept
def _fields_of(window: RegistrationWindow) -> dict:
    """Made once for all who are asked the same: making them costs as much as drawing them."""
    return fields_of(form_of(window), window.edition, roles_of(window.edition.program_id))


@kept
def _drawn_unanswered(window: RegistrationWindow) -> dict[str, str]:
    return drawn_unanswered(form_of(window), _fields_of(window))


@kept
def blank_form(window: RegistrationWindow) -> list[dict]:
    """The form on paper, in its parts, in the language of the moment."""
    return blank_parts(form_of(window), _fields_of(window), get_language())


def related(application: Application, person, window: RegistrationWindow) -> Application:
    """Related to what is at hand, so that it is not asked for again."""
    application.person, application.edition, application.window = person, window.edition, window
    for role in roles_of(window.edition.program_id):
        if role.pk == application.role_id:
            application.role = role
    return application
