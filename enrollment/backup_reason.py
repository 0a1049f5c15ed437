"""What a backup address is also for: the earlier course may have been taken with it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from enrollment.models import Application
from enrollment.models.programs import PUBLIC_EDITIONS
from enrollment.rules.eligibility import may_claim_course
from lms.hooks import Reason


def course_to_prove(person, at: datetime) -> Reason | None:
    """Of the newest application that still asks for the course."""
    rows = Application.objects.filter(person=person, edition__status__in=PUBLIC_EDITIONS)
    rows = rows.select_related("edition__program").order_by("-created_at")
    application = next((one for one in rows if may_claim_course(one, at)), None)
    if application is None:
        return None
    edition = application.edition
    return Reason(
        _(
            "If you took the earlier course with this address, prove it here: as soon as you have"
            " typed the code, we look for it among those who took the course."
        ),
        reverse("enrollment:application_status", args=[edition.program.slug, edition.slug]),
        _("Back to the application %(code)s") % {"code": application.code},
    )
