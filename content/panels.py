"""What staff see of a person's learning, and of the pages of an edition."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from content.models import Attempt, EditionPage, LessonProgress, ModuleProgress, PageCopy
from enrollment.models import Edition
from lms.hooks import Panel


def person_panel(person, program_id: int, at: datetime) -> Panel | None:
    """Modules and attempts of one person in one program, and how many lessons were read."""
    of_person = {"enrollment__person": person, "enrollment__edition__program": program_id}
    modules = list(
        ModuleProgress.objects.filter(**of_person)
        .select_related("module")
        .order_by("module__phase", "module__order")
    )
    attempts = list(
        Attempt.objects.filter(**of_person).select_related("module").defer("questions", "responses")
    )
    read = LessonProgress.objects.filter(**of_person, read_at__isnull=False).count()
    if not (modules or attempts or read):
        return None
    context = {"modules": modules, "attempts": attempts, "read": read}
    return Panel(30, _("Learning"), "content/staff/person_panel.html", context)


def edition_panel(edition: Edition, at: datetime) -> Panel | None:
    """The edition's pages in each language; while they are copied from another, how far it is."""
    pages = EditionPage.objects.filter(edition=edition).select_related("locale")
    copy = PageCopy.objects.filter(edition=edition).select_related("source").first()
    if copy is None and not pages:
        return None
    context = {"pages": pages, "copy": copy}
    return Panel(20, _("Pages"), "content/staff/edition_panel.html", context)
