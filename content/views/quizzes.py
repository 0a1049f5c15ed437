"""A module's quiz: what it asks, an attempt on one page, its result."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.doors import closed_door, url_of
from content.forms.answers import AnswersForm
from content.gate import access_to_module
from content.models import Attempt, Module
from content.queries import module_pages
from content.results import answers_of
from content.rules.quizzes import can_start, shows_explanations
from content.services.quizzes import (
    corrected_questions,
    save_responses,
    start_attempt,
    submit_attempt,
)
from lms.accounts import resume
from lms.decisions import DomainError


def enter(request, module: int):
    """(the module, the gate's answer for this participant). 404 for everybody else."""
    if request.user.is_anonymous:
        raise Http404
    found = get_object_or_404(Module.objects.select_related("phase__edition__program"), pk=module)
    access = access_to_module(request.user, found, request.at)
    if access.is_stranger or access.is_staff:
        raise Http404
    return found, access


def refusal(request, module, access):
    context = {"title": module.title, **closed_door(access, request.at)}
    return render(request, "content/closed_door.html", context, status=403)


def around(module: Module, access, at) -> dict:
    """What each page of the quiz shows of its module."""
    return {
        "module": module,
        "module_url": url_of_module(module),
        "state": access.learning.of(module.pk),
        "standing": access.standing,
        "closes_at": access.standing.closes_at,
        "zone": module.phase.edition.deadline_zone,
        "works": access.standing.work(at),
    }


@never_cache
@require_safe
def quiz(request, module):
    """What the quiz asks, the attempts made, and the button that begins one."""
    if request.user.is_anonymous:
        return resume.to_entrance(request)
    module, access = enter(request, module)
    if not access.decision:
        return refusal(request, module, access)
    attempts = list(Attempt.objects.filter(enrollment=access.enrollment, module=module))
    context = {
        **around(module, access, request.at),
        "attempts": attempts,
        "in_progress": next((a for a in attempts if a.is_in_progress), None),
        "left": max(module.attempts - len(attempts), 0),
        "may_start": can_start(module, attempts, request.at),
    }
    if not context["state"].has_quiz:
        raise Http404
    return render(request, "content/quiz.html", context)


@require_POST
def quiz_start(request, module):
    """Begin an attempt, or join the one that a second tab or a second click began."""
    goal = reverse("content:quiz", args=[module])
    if request.user.is_anonymous:
        return resume.to_entrance(request, goal)
    module, access = enter(request, module)
    try:
        attempt = start_attempt(access.enrollment, module, request.at)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect(goal)
    return redirect("content:attempt", module.pk, attempt.number)


def own_attempt(access, module: Module, number: int) -> Attempt:
    rows = Attempt.objects.select_related("enrollment__person", "module__phase")
    return get_object_or_404(rows, enrollment=access.enrollment, module=module, number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request, module, number):
    """The questions on one page: save, and hand in."""
    if request.user.is_anonymous:
        return resume.to_entrance(request)
    module, access = enter(request, module)
    if not access.decision:
        return refusal(request, module, access)
    tried = own_attempt(access, module, number)
    if not tried.is_in_progress:
        return already_handed_in(request, tried)
    if request.method == "POST":
        return answered(request, module, access, tried)
    kept = resume.take(request, request.path)
    form = AnswersForm(tried, kept) if kept else AnswersForm(tried)
    return draw(request, module, access, tried, form)


def draw(request, module, access, tried, form, *, unanswered: int = 0, status: int = 200):
    context = {
        **around(module, access, request.at),
        "form": form,
        "attempt": tried,
        "unanswered": unanswered,
    }
    return render(request, "content/attempt.html", context, status=status)


def answered(request, module, access, tried):
    """Save; hand in when everything is answered, or when asked a second time."""
    form = AnswersForm(tried, request.POST, complete=True)
    act = request.POST.get("act")
    try:
        if act == "submit" and not form.unanswered or act == "submit_anyway":
            return handed_in(request, submit_attempt(tried, form.responses(), request.at))
        tried = save_responses(tried, form.responses(), request.at)
    except DomainError as refused:
        messages.error(request, str(refused))
        return redirect("content:quiz", module.pk)
    if not tried.is_in_progress:
        return already_handed_in(request, tried)
    if act == "submit":
        return draw(request, module, access, tried, form, unanswered=form.unanswered, status=422)
    messages.success(request, _("Your answers are saved. Nothing has been handed in yet."))
    return redirect("content:attempt", module.pk, tried.number)


def handed_in(request, tried: Attempt):
    return redirect("content:attempt_result", tried.module_id, tried.number)


def already_handed_in(request, tried: Attempt):
    if request.method == "POST":
        messages.info(request, _("This attempt had already been handed in. This is its result."))
    return handed_in(request, tried)


@never_cache
@require_safe
def result(request, module, number):
    """The score; what was right, once that can be shown."""
    if request.user.is_anonymous:
        return resume.to_entrance(request)
    module, access = enter(request, module)
    if not access.decision:
        return refusal(request, module, access)
    tried = own_attempt(access, module, number)
    if tried.is_in_progress:
        return redirect("content:attempt", module.pk, number)
    attempts = list(Attempt.objects.filter(enrollment=access.enrollment, module=module))
    closed = request.at >= access.standing.closes_at
    explained = shows_explanations(module, attempts, closed=closed)
    following = next_module(access, module)
    context = {
        **around(module, access, request.at),
        "attempt": tried,
        "answers": answers_of(corrected_questions(tried), tried.responses) if explained else [],
        "may_start": can_start(module, attempts, request.at),
        "left": max(module.attempts - len(attempts), 0),
        "learning": access.learning,
        "following": following,
        "following_url": following and url_of_module(following.module),
    }
    return render(request, "content/attempt_result.html", context)


def next_module(access, module):
    """The module after this one, where it is open now."""
    states = access.learning.modules
    index = next(i for i, state in enumerate(states) if state.module.pk == module.pk)
    after = states[index + 1] if index + 1 < len(states) else None
    return after if after and after.decision else None


def url_of_module(module: Module) -> str:
    return url_of(module_pages(module.phase_id).get(module.pk))
