"""The staff's menu in the admin: only what a role lets one do."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.search import SearchArea

from enrollment.staff.access import READERS, REVIEWERS, holds_any


class StaffMenuItem(MenuItem):
    """Shown to those who hold one of `roles` in some program."""

    def __init__(self, *args, roles=READERS, **options):
        super().__init__(*args, **options)
        self.roles = roles

    def is_shown(self, request):
        return holds_any(request.user, *self.roles)


class StaffSubmenu(SubmenuMenuItem):
    def __init__(self, *args, roles=READERS, **options):
        super().__init__(*args, **options)
        self.roles = roles

    def is_shown(self, request):
        return holds_any(request.user, *self.roles)


def admission_menu() -> StaffSubmenu:
    def item(label, name, icon, order, roles=READERS):
        url = reverse_lazy(f"enrollment_staff:{name}")
        return StaffMenuItem(label, url, icon_name=icon, order=order, name=name, roles=roles)

    items = [
        item(_("Selection"), "selections", "tasks", 10),
        item(_("Applications"), "applications", "form", 20),
        item(_("Offers"), "offers", "mail", 30),
        item(_("Places"), "places", "group", 40),
        item(_("Acts of two people"), "joint_acts", "check", 50),
        item(_("Reading"), "reading", "glasses", 60, REVIEWERS),
    ]
    return StaffSubmenu(
        _("Admission"),
        Menu(items=items),
        icon_name="group",
        order=150,
        name="admission",
        roles=(*READERS, *REVIEWERS),
    )


class PeopleSearchArea(SearchArea):
    def is_shown(self, request):
        return holds_any(request.user, *READERS)


def search_area() -> SearchArea:
    """Leads from the admin's search to the people who applied."""
    return PeopleSearchArea(
        _("People and applications"),
        reverse("enrollment_staff:applications"),
        name="people",
        icon_name="group",
        order=90,
    )


def styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("enrollment/staff.css"))
