"""The part of the admin's menu that leads to programs, messages and requests of people."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from enrollment.staff.access import COORDINATORS, READERS, holds_any


def _may_see(request) -> bool:
    return request.user.is_superuser or holds_any(request.user, *READERS)


class ProgramMenuItem(MenuItem):
    def is_shown(self, request):
        return holds_any(request.user, *READERS)


class CoordinatorsMenuItem(MenuItem):
    def is_shown(self, request):
        return holds_any(request.user, *COORDINATORS)


class ProgramsMenuItem(MenuItem):
    """Administrators, too, find the list: they make new programs there."""

    def is_shown(self, request):
        return _may_see(request)


class AdministratorsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.is_superuser


class ProgramsSubmenu(SubmenuMenuItem):
    def is_shown(self, request):
        return _may_see(request)


def programs_menu() -> ProgramsSubmenu:
    items = [
        ProgramsMenuItem(
            _("Programs and editions"),
            reverse_lazy("enrollment_staff:programs"),
            icon_name="date",
            name="programs",
            order=10,
        ),
        ProgramMenuItem(
            _("Messages"),
            reverse_lazy("enrollment_staff:messages"),
            icon_name="mail",
            name="messages",
            order=20,
        ),
        ProgramMenuItem(
            _("Mailings"),
            reverse_lazy("enrollment_staff:mailings"),
            icon_name="mail",
            name="mailings",
            order=22,
        ),
        CoordinatorsMenuItem(
            _("Texts of mails"),
            reverse_lazy("enrollment_staff:wordings_of_own"),
            icon_name="edit",
            name="texts-of-mails",
            order=25,
        ),
        ProgramMenuItem(
            _("Requests of people"),
            reverse_lazy("enrollment_staff:requests"),
            icon_name="user",
            name="requests",
            order=30,
        ),
        AdministratorsMenuItem(
            _("Lost second step"),
            reverse_lazy("enrollment_staff:lost_factors"),
            icon_name="key",
            name="lost-factors",
            order=40,
        ),
    ]
    return ProgramsSubmenu(
        _("Programs"), Menu(items=items), icon_name="cogs", order=140, name="program-pages"
    )
