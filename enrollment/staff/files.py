"""A file that an applicant sent, for those of the staff who may read it."""

from __future__ import annotations

from django.http import Http404
from django.views.generic import View

from enrollment.models import UploadedAnswer
from enrollment.rules.files import may_read_file
from enrollment.staff.access import READERS, REVIEWERS, OfStaff
from enrollment.views.files import handed_out
from lms.media.uploads import KINDS


class ApplicationFile(OfStaff, View):
    """It is saved under the application's code: the name that the applicant gave it may tell who
    she is."""

    roles = (*READERS, *REVIEWERS)
    http_method_names = ["get", "head"]

    def get(self, request, *args, **kwargs):
        rows = UploadedAnswer.objects.select_related(
            "application__edition__program",
            "application__edition__reading_plan",
            "application__window",
        )
        upload = rows.filter(key=kwargs["key"], application__pk=kwargs["pk"]).first()
        if upload is None or not may_read_file(upload, request.user):
            raise Http404
        ending = KINDS[upload.kind].ending
        return handed_out(upload, f"{upload.application.code}-{upload.field}{ending}")
