"""Copying an edition's pages once more, after what stood in the way was put right."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from content.models import PageCopy
from content.services.page_copies import copy_again
from enrollment.staff.pages import OfOneEdition, StaffAct


class CopyPagesAgain(OfOneEdition, StaffAct):
    def act(self) -> str:
        copy = PageCopy.objects.filter(edition=self.edition).first()
        if copy is None:
            raise Http404
        copy_again(copy, by=self.request.user, at=self.request.at)
        return _("What is missing is being copied.")

    def get_success_url(self):
        return self.edition_url
