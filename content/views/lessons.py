"""The button under a lesson."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from content.gate import access_to_module
from content.models import LessonPage
from content.queries import in_reader_language
from content.services.learning import mark_read as mark_lesson_read
from lms.accounts import resume
from lms.decisions import DomainError


@require_POST
def mark_read(request, key):
    """“I have read it”: once or ten times, from whichever language. Back to the lesson, which says
    what it completed."""
    pages = LessonPage.objects.live().filter(translation_key=key)
    lesson = next(
        iter(in_reader_language(pages.select_related("locale", "module__phase__edition__program"))),
        None,
    )
    if lesson is None:
        raise Http404
    if request.user.is_anonymous:
        return resume.to_entrance(request, lesson.get_url(request))
    access = access_to_module(request.user, lesson.module, request.at)
    if access.is_stranger or access.is_staff:
        raise Http404
    try:
        mark_lesson_read(access.enrollment, lesson, request.at)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, what_it_completed(request, lesson))
    return redirect(lesson.get_url(request))


def what_it_completed(request, lesson) -> str:
    access = access_to_module(request.user, lesson.module, request.at)
    state = access.learning.of(lesson.module_id)
    if access.learning.is_completed and state.is_completed:
        return _("Noted as read. With it you have completed all of “%(phase)s”.") % {
            "phase": lesson.module.phase
        }
    if state.is_completed:
        return _("Noted as read. With it you have completed “%(module)s”.") % {
            "module": lesson.module
        }
    return _("Noted as read. Still missing in “%(module)s”: %(missing)s.") % {
        "module": lesson.module,
        "missing": state.missing,
    }
