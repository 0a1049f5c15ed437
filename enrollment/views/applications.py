"""The applicant's form and the check of the answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from enrollment.announced import roles_of
from enrollment.answers import earlier_answers, form_for, own_application, saved_answers
from enrollment.forms.applications import ApplicationForm, typed_in
from enrollment.forms.definitions import answered, form_of
from enrollment.forms.files import CHOSEN, told
from enrollment.rules.applications import WRITABLE, can_write
from enrollment.rules.eligibility import outside_the_call
from enrollment.rules.extensions import closes_for, may_apply
from enrollment.services import applications as services
from enrollment.services.information import what_is_asked
from enrollment.services.waitlist import is_seat_free, next_rank
from enrollment.views.files import NOT_KEPT, Arrived, arrived
from enrollment.views.windows import NOT_OPEN, not_open, of_edition, to
from lms.accounts import resume
from lms.decisions import DomainError
from lms.typed import whole_number

STATUS = "application_status"
UNCHANGED = gettext_lazy("Nothing is changed: your application stays submitted as it was.")

# -- the form --------------------------------------------------------------------------


@of_edition
def application_form(request, window, application):
    if "autosave" in request.POST:
        return _autosave(request, window, application)
    if application and application.status not in WRITABLE:
        return to(STATUS, window)
    if request.method == "POST":
        return _save(request, window, application, request.POST)
    if not _may_write(request, window, application):
        return _shut(request, window, application)
    return _draw(request, window, application, _form_to_fill(request, window, application))


def _shut(request, window, application):
    """What was sent when the session had ended is kept, and refused, as if it arrived now."""
    if sent := resume.take(request, request.path):
        return _save(request, window, application, sent)
    if application and application.is_in_selection:
        return to(STATUS, window)
    return not_open(request, window, application)


def _form_to_fill(request, window, application) -> ApplicationForm:
    if typed := resume.take(request, request.path):
        messages.info(
            request,
            _("You are signed in again. What you typed is still here, but not saved yet: save it."),
        )
        values = typed_in(form_of(window), typed)
        form = form_for(window, request.user, application, data=values)
        for control in typed.getlist(resume.FILES_LOST):
            if (name := control.removeprefix(CHOSEN)) in form.fields:
                form.refuse(name, _("It did not arrive: your session had ended. Choose it again."))
        return form
    return _stored_form(request, window, application)


def _may_write(request, window, application):
    if application:
        return can_write(application, request.at)
    return may_apply(window, request.user, request.at)


def _stored_form(request, window, application) -> ApplicationForm:
    saved = saved_answers(application) if application else earlier_answers(request.user, window)
    if "check" in request.GET and saved:
        return form_for(window, request.user, application, data=saved)
    initial = {"language": get_language()} | {key: value for key, value in saved.items() if value}
    return form_for(window, request.user, application, initial=initial)


def _save(request, window, application, sent):
    """`sent` is what came with this request, or what waited until its writer had signed in."""
    typed = typed_in(form_of(window), sent)
    may_write = _may_write(request, window, application)
    files = arrived(request, form_of(window), may_write)
    try:
        application = _save_draft(request, window, typed, files, _revision(sent))
    except DomainError as refusal:
        if refusal.code in NOT_OPEN:
            application = own_application(request.user, window)
            if files.refused or sent.getlist(resume.FILES_LOST):
                messages.warning(request, NOT_KEPT)
            is_kept = refusal.code == "window_suspended"
            return not_open(request, window, application, is_late=True, is_kept=is_kept)
        if refusal.code == "stale":
            return _draw_stale(request, window, typed, files)
        return _refuse(request, window, refusal)
    if "continue" in sent:
        return _go_on(request, window, application, files)
    said = f"{_saved(application)} {_still_to_mend(request, window, application)}"
    messages.success(request, said.strip())
    if not files.refused:
        return to("application_form", window)
    return _draw(request, window, application, _form_saved(request, window, application, files))


def _saved(application) -> str:
    if not application.is_in_selection:
        return _("Your draft is saved. It is not submitted yet.")
    if not application.draft:
        return str(UNCHANGED)
    return _(
        "Your changes are saved, and not submitted yet. What you submitted before still counts."
    )


def _still_to_mend(request, window, application) -> str:
    """How many answers would keep what is saved from being submitted; "" where none does."""
    typed = saved_answers(application)
    count = len(form_for(window, request.user, application, data=typed).errors)
    text = ngettext(
        "%(count)d answer is still missing or to be corrected before you submit.",
        "%(count)d answers are still missing or to be corrected before you submit.",
        count,
    )
    return text % {"count": count} if count else ""


def _form_saved(request, window, application, files: Arrived) -> ApplicationForm:
    """What is saved, with what was wrong with the files that came; nothing else is measured."""
    saved = saved_answers(application)
    form = form_for(window, request.user, application, initial=saved)
    files.say_at(form)
    return form


def _save_draft(request, window, typed, files: Arrived, revision: int):
    """Files that have no room are refused by themselves: what was typed is saved all the same."""
    try:
        return _keep_draft(request, window, typed, files, revision)
    except DomainError as refusal:
        if refusal.code != "too_many_files":
            raise
        files.refuse_all(str(refusal.reason))
        return _keep_draft(request, window, typed, files, revision)


def _keep_draft(request, window, typed, files: Arrived, revision: int):
    """What arrives after the close, or while the window is suspended, is kept before it is
    refused."""
    how = {"revision": revision, "at": request.at, "uploads": files.uploads}
    try:
        return services.save_draft(request.user, window, typed, **how)
    except DomainError as refusal:
        if refusal.code == "window_closed":
            services.keep_late_attempt(request.user, window, typed, **how)
        if refusal.code == "window_suspended":
            services.keep_while_suspended(request.user, window, typed, **how)
        raise


def _autosave(request, window, application):
    """The same without a button, for a script: `{revision, said}`, with `files` where some came,
    or only what is to be said, with 409 where another tab was faster and 403 where nothing may be
    changed."""
    typed = typed_in(form_of(window), request.POST)
    may_write = _may_write(request, window, application)
    files = arrived(request, form_of(window), may_write)
    try:
        application = _save_draft(request, window, typed, files, _revision(request.POST))
    except DomainError as refusal:
        status = 409 if refusal.code == "stale" else 403
        said = f"{refusal.reason} {NOT_KEPT}" if files.refused and not may_write else refusal.reason
        return JsonResponse({"said": str(said)}, status=status)
    said = _saved(application)
    if not application.is_in_selection:
        said = _("Draft saved, not submitted yet.")
    answer = {"revision": application.revision, "said": said}
    if files.touched:
        answer["files"] = _drawn_anew(request, window, application, files)
    return JsonResponse(answer)


def _drawn_anew(request, window, application, files: Arrived) -> dict[str, dict]:
    """The controls of the files that came or went, as they are now: `{id: {html, said, wrong}}`."""
    form = _form_saved(request, window, application, files)
    drawn = {}
    for field in files.touched:
        name, edition = field["id"], window.edition
        context = {"edition": edition, "program": edition.program, "file": form.file_shown(field)}
        upload = form.upload_of(field)
        kept = _("Saved with your draft: %(file)s") % {"file": told(upload)} if upload else ""
        refused = files.refused.get(name, "")
        drawn[name] = {
            "html": render_to_string("enrollment/application_file.html", context),
            "said": refused or kept or _("The file is removed from your draft."),
            "wrong": bool(refused),
        }
    return drawn


def _go_on(request, window, application, files: Arrived):
    """To the check of the answers, unless something is still to be asked or to be corrected."""
    typed = saved_answers(application)
    form = form_for(window, request.user, application, data=typed)
    if new := form.newly_asked(request.POST.get("asked", "")):
        messages.info(request, _further_questions(new))
        form = _form_saved(request, window, application, files)
        return _draw(request, window, application, form)
    if form.is_valid() and not files.refused:
        return to("application_check", window)
    files.say_at(form)
    return _draw(request, window, application, form)


def _further_questions(labels: list[str]) -> str:
    text = ngettext(
        "Your answers lead to one more question: %(questions)s",
        "Your answers lead to more questions: %(questions)s",
        len(labels),
    )
    return text % {"questions": "; ".join(labels)}


def _revision(sent) -> int:
    return whole_number(sent.get("revision", "")) or 0


def _draw_stale(request, window, typed, files: Arrived):
    """Both are kept: what she just typed is in the form, what was saved elsewhere is beside it. A
    file that came with it waits for the next draft."""
    application = own_application(request.user, window)
    typed = typed | _kept_aside(request, application, files)
    form = form_for(window, request.user, application, data=typed)
    form.is_valid()
    files.say_at(form)
    before = saved_answers(application)
    saved = form_for(window, request.user, application, initial=before)
    for field in answered(form_of(window)):
        if typed[field["id"]] != saved.initial.get(field["id"], typed[field["id"]][:0]):
            form.saved_elsewhere[field["id"]] = saved.shown(field) or "—"
    form.add_error(
        None,
        _(
            "This application was changed in another tab or on another device. Below is what you "
            "have just typed; where the other one differs, it is shown under the answer. Save "
            "again to keep what you see here."
        ),
    )
    return _draw(request, window, application, form, status=409)


def _kept_aside(request, application, files: Arrived) -> dict[str, str]:
    if not files.uploads:
        return {}
    try:
        return services.keep_files(application, files.uploads, by=request.user, at=request.at)
    except DomainError as refusal:
        files.refuse_all(str(refusal.reason))
        return {}


def _draw(request, window, application, form, status=200):
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "application": application,
        "revision": application.revision if application else 0,
        "closes_at": closes_for(window, request.user, request.at),
        "asked": application and what_is_asked(application),
        "form": form,
        "is_submitted": bool(application and application.is_in_selection),
        "typed_key": salted_hmac("typed", str(request.user.pk)).hexdigest()[:16],
    }
    return render(request, "enrollment/application_form.html", context, status=status)


def _refuse(request, window, refusal):
    messages.error(request, refusal.reason)
    return to(STATUS, window)


# -- check and submit ------------------------------------------------------------------


@of_edition
def application_check(request, window, application):
    if application is None:
        return to("application_form", window)
    if request.method == "POST":
        return _submit(request, window, application)
    if not application.draft and application.submitted_at:
        if application.is_in_selection:
            messages.info(request, UNCHANGED)
        return to(STATUS, window)
    if not can_write(application, request.at):
        was_pressed = resume.take(request, request.path)
        return (_submit if was_pressed else not_open)(request, window, application)
    form = form_for(window, request.user, application, data=application.draft)
    if not form.is_valid():
        return _correct_first(window)
    context = {
        "window": window,
        "edition": window.edition,
        "application": application,
        "parts": form.answers_shown(),
        "outside": _outside(window.edition.program, form.cleaned_data),
        "closes_at": closes_for(window, request.user, request.at),
        "is_submitted": application.is_in_selection,
        **_what_follows(application, request.at),
    }
    return render(request, "enrollment/application_check.html", context)


def _outside(program, answers: dict) -> list[str]:
    country, role = answers.get("country", ""), answers.get("role", "")
    return outside_the_call(program, roles_of(program.pk), country=country, role=role)


def _what_follows(application, at) -> dict:
    """What the first submission brings at once where nobody is selected: a place, or a number."""
    edition = application.edition
    if edition.is_selective or application.submitted_at:
        return {}
    is_free = is_seat_free(edition, at)
    return {"brings_place": is_free, "brings_rank": None if is_free else next_rank(edition)}


def _submit(request, window, application):
    is_first, version = application.submitted_at is None, application.version
    had_changes = bool(application.draft)
    try:
        application = services.submit_application(
            application, by=request.user, at=request.at, revision=_revision(request.POST)
        )
    except DomainError as refusal:
        if refusal.code == "window_closed":
            services.keep_late_attempt(request.user, window, None, at=request.at)
        if refusal.code in NOT_OPEN:
            return not_open(request, window, application, is_late=True)
        if refusal.code == "incomplete":
            return _correct_first(window)
        if refusal.code == "stale":
            messages.warning(
                request,
                _("Your answers were changed in another tab or device. Check them once more."),
            )
            return to("application_check", window)
        return _refuse(request, window, refusal)
    if not is_first and had_changes:
        messages.success(request, _submitted(application, version))
    return to("outcome" if is_first and not window.edition.is_selective else STATUS, window)


def _submitted(application, version: int) -> str:
    if application.version == version:
        return str(UNCHANGED)
    return _("Your changes are submitted: they count from now on.")


def _correct_first(window):
    response = to("application_form", window)
    response["Location"] += "?check=1"
    return response
