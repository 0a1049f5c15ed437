"""The applicant's pages: the form, the check of the answers, the receipt and status."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from enrollment.announced import application_window
from enrollment.forms.applications import ApplicationForm, typed_in
from enrollment.forms.definitions import answered
from enrollment.forms.extensions import CodeForm
from enrollment.forms.files import CHOSEN, told
from enrollment.forms.proofs import ProofForm
from enrollment.rules.applications import WRITABLE, can_return, can_withdraw, can_write
from enrollment.rules.eligibility import may_claim_course
from enrollment.rules.extensions import can_use_code, closes_for, may_apply
from enrollment.rules.outcomes import outcome_shown
from enrollment.rules.windows import is_window_open
from enrollment.services import applications as services
from enrollment.services.extensions import use_code
from enrollment.services.information import what_is_asked
from enrollment.services.windows import form_of, freeze_form
from enrollment.views.files import NOT_KEPT, Arrived, arrived
from lms.accounts import limits, resume
from lms.decisions import DomainError
from lms.typed import whole_number

NOT_OPEN = ("window_not_open", "window_closed", "window_suspended")


def of_edition(view):
    """Find the edition's application window (404 for an edition that is not public) and, for
    whoever is signed in, the application; everybody else signs in first."""

    @never_cache
    @wraps(view)
    def found(request, program, edition):
        window = application_window(program, edition)
        if window is None:
            raise Http404
        if not request.user.is_authenticated:
            return _sign_in_first(request, window)
        window = freeze_form(window, at=request.at)
        return view(request, window, services.own_application(request.user, window))

    return found


def _sign_in_first(request, window):
    is_reading = request.method != "POST"
    if is_reading and not is_window_open(window, request.at):
        return _not_open(request, window, None)
    return resume.to_entrance(request)


def _to(name: str, window):
    return redirect(
        f"enrollment:{name}", program=window.edition.program.slug, edition=window.edition.slug
    )


# -- the form --------------------------------------------------------------------------


@of_edition
def application_form(request, window, application):
    if "autosave" in request.POST:
        return _autosave(request, window, application)
    if application and application.status not in WRITABLE:
        return _to("application_status", window)
    if request.method == "POST":
        return _save(request, window, application)
    if not _may_write(request, window, application):
        if application and application.is_in_selection:
            return _to("application_status", window)
        return _not_open(request, window, application)
    return _draw(request, window, application, _form_to_fill(request, window, application))


def _form_to_fill(request, window, application) -> ApplicationForm:
    if typed := resume.take(request, request.path):
        messages.info(request, _("You are signed in again, and what you typed is still here."))
        values = typed_in(form_of(window), typed)
        form = services.form_for(window, request.user, application, data=values)
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
    if application:
        saved = services.saved_answers(application)
    else:
        saved = services.earlier_answers(request.user, window)
    if "check" in request.GET and saved:
        return services.form_for(window, request.user, application, data=saved)
    initial = {"language": get_language()} | {key: value for key, value in saved.items() if value}
    return services.form_for(window, request.user, application, initial=initial)


def _save(request, window, application):
    typed = typed_in(form_of(window), request.POST)
    may_write = _may_write(request, window, application)
    files = arrived(request, form_of(window), may_write)
    try:
        application = _save_draft(request, window, typed, files)
    except DomainError as refusal:
        if refusal.code in NOT_OPEN:
            application = services.own_application(request.user, window)
            if files.refused:
                messages.warning(request, NOT_KEPT)
            is_kept = refusal.code == "window_suspended"
            return _not_open(request, window, application, is_late=True, is_kept=is_kept)
        if refusal.code == "stale":
            return _draw_stale(request, window, typed, files)
        return _refuse(request, window, refusal)
    if "continue" in request.POST:
        return _go_on(request, window, application, files)
    messages.success(request, _("Your draft is saved. It is not submitted yet."))
    if not files.refused:
        return _to("application_form", window)
    return _draw(request, window, application, _form_saved(request, window, application, files))


def _form_saved(request, window, application, files: Arrived) -> ApplicationForm:
    """What is saved, with what was wrong with the files that came; nothing else is measured."""
    saved = services.saved_answers(application)
    form = services.form_for(window, request.user, application, initial=saved)
    files.say_at(form)
    return form


def _save_draft(request, window, typed, files: Arrived):
    """Files that have no room are refused by themselves: what was typed is saved all the same."""
    try:
        return _keep_draft(request, window, typed, files)
    except DomainError as refusal:
        if refusal.code != "too_many_files":
            raise
        files.refuse_all(str(refusal.reason))
        return _keep_draft(request, window, typed, files)


def _keep_draft(request, window, typed, files: Arrived):
    """What arrives after the close, or while the window is suspended, is kept before it is
    refused."""
    how = {"revision": _revision(request), "at": request.at, "uploads": files.uploads}
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
        application = _save_draft(request, window, typed, files)
    except DomainError as refusal:
        status = 409 if refusal.code == "stale" else 403
        said = f"{refusal.reason} {NOT_KEPT}" if files.refused and not may_write else refusal.reason
        return JsonResponse({"said": str(said)}, status=status)
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
    typed = services.saved_answers(application)
    form = services.form_for(window, request.user, application, data=typed)
    if new := form.newly_asked(request.POST.get("asked", "")):
        messages.info(request, _further_questions(new))
        form = _form_saved(request, window, application, files)
        return _draw(request, window, application, form)
    if form.is_valid() and not files.refused:
        return _to("application_check", window)
    files.say_at(form)
    return _draw(request, window, application, form)


def _further_questions(labels: list[str]) -> str:
    text = ngettext(
        "Your answers lead to one more question: %(questions)s",
        "Your answers lead to more questions: %(questions)s",
        len(labels),
    )
    return text % {"questions": "; ".join(labels)}


def _revision(request) -> int:
    return whole_number(request.POST.get("revision", "")) or 0


def _draw_stale(request, window, typed, files: Arrived):
    """Both are kept: what she just typed is in the form, what was saved elsewhere is beside it. A
    file that came with it waits for the next draft."""
    application = services.own_application(request.user, window)
    typed = typed | _kept_aside(request, application, files)
    form = services.form_for(window, request.user, application, data=typed)
    form.is_valid()
    files.say_at(form)
    before = services.saved_answers(application)
    saved = services.form_for(window, request.user, application, initial=before)
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


def _not_open(request, window, application, *, is_late=False, is_kept=False, code_form=None):
    """The page of a window that is not open: what is kept, and what comes next."""
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "application": application,
        "is_before": request.at < window.opens_at,
        "is_suspended": window.is_suspended(request.at),
        "is_late": is_late and request.at >= window.opens_at,
        "is_kept": is_kept,
        "takes_code": can_use_code(window, request.at),
        "code_form": code_form or CodeForm(),
    }
    status = 403 if is_late else 200
    return render(request, "enrollment/application_closed.html", context, status=status)


def _refuse(request, window, refusal):
    messages.error(request, refusal.reason)
    return _to("application_status", window)


@never_cache
def application_blank(request, program, edition):
    """The form on paper, for whoever wants to prepare the answers: no account is needed."""
    window = application_window(program, edition)
    if window is None:
        raise Http404
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "parts": services.blank_form(window),
    }
    return render(request, "enrollment/application_blank.html", context)


@of_edition
def application_code(request, window, application):
    """Open the closed window by a code that a coordinator gave."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            limits.may_try_extension(request).require()
            use_code(window, form.cleaned_data["code"], by=request.user, at=request.at)
        except DomainError as refusal:
            form.add_error("code", refusal.reason)
    if form.errors and can_use_code(window, request.at):
        return _not_open(request, window, application, code_form=form)
    return _to("application_form", window)


# -- check and submit ------------------------------------------------------------------


@of_edition
def application_check(request, window, application):
    if application is None:
        return _to("application_form", window)
    if request.method == "POST":
        return _submit(request, window, application)
    if not application.draft and application.submitted_at:
        return _to("application_status", window)
    if not can_write(application, request.at):
        return _not_open(request, window, application)
    form = services.form_for(window, request.user, application, data=application.draft)
    if not form.is_valid():
        return _correct_first(window)
    context = {
        "window": window,
        "edition": window.edition,
        "application": application,
        "parts": form.answers_shown(),
        "closes_at": closes_for(window, request.user, request.at),
        "is_submitted": application.is_in_selection,
    }
    return render(request, "enrollment/application_check.html", context)


def _submit(request, window, application):
    has_outcome = application.submitted_at is None and not window.edition.is_selective
    try:
        services.submit_application(
            application, by=request.user, at=request.at, revision=_revision(request)
        )
    except DomainError as refusal:
        if refusal.code == "window_closed":
            services.keep_late_attempt(request.user, window, None, at=request.at)
        if refusal.code in NOT_OPEN:
            return _not_open(request, window, application, is_late=True)
        if refusal.code == "incomplete":
            return _correct_first(window)
        if refusal.code == "stale":
            messages.warning(
                request,
                _("Your answers were changed in another tab or device. Check them once more."),
            )
            return _to("application_check", window)
        return _refuse(request, window, refusal)
    return _to("outcome" if has_outcome else "application_status", window)


def _correct_first(window):
    response = _to("application_form", window)
    response["Location"] += "?check=1"
    return response


# -- the status ------------------------------------------------------------------------


@of_edition
def application_status(request, window, application):
    if application is None or application.is_draft:
        return _to("application_form", window)
    return draw_status(request, window, application, ProofForm())


def draw_status(request, window, application, proof_form):
    at = request.at
    answers = services.submitted_values(application)
    form = services.form_for(window, request.user, application, initial=answers)
    context = {
        "window": window,
        "edition": window.edition,
        "program": window.edition.program,
        "application": application,
        "parts": form.answers_shown(),
        "can_edit": can_write(application, at),
        "asked": what_is_asked(application),
        "asks_for_course": may_claim_course(application),
        "form": proof_form,
        "closes_at": closes_for(window, request.user, request.at),
        "can_withdraw": can_withdraw(application, at),
        "can_return": can_return(application, at),
        "is_open": is_window_open(window, at),
        "is_suspended": window.is_suspended(at) and not application.is_withdrawn,
        "has_outcome": outcome_shown(application, at).state != "unknown",
    }
    return render(request, "enrollment/application_status.html", context)


@of_edition
def application_withdraw(request, window, application):
    if request.method == "POST":
        return _act(request, window, application, services.withdraw_application)
    if application is None or not can_withdraw(application, request.at):
        return _to("application_status", window)
    context = {"window": window, "edition": window.edition, "application": application}
    return render(request, "enrollment/application_withdraw.html", context)


@of_edition
def application_return(request, window, application):
    if request.method == "POST":
        return _act(request, window, application, services.return_application)
    return _to("application_status", window)


def _act(request, window, application, service):
    if application is None:
        raise Http404
    try:
        service(application, by=request.user, at=request.at)
    except DomainError as refusal:
        messages.error(request, refusal.reason)
    return _to("application_status", window)
