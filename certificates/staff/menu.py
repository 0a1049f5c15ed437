"""The part of the admin's menu that leads to certificates."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu

from enrollment.staff.access import COORDINATORS, READERS
from enrollment.staff.menu import StaffMenuItem, StaffSubmenu


def certificates_menu() -> StaffSubmenu:
    def item(label, name, icon, order, roles=READERS):
        return StaffMenuItem(
            label,
            reverse_lazy(f"certificates_staff:{name}"),
            icon_name=icon,
            order=order,
            name=f"certificates-{name}",
            roles=roles,
        )

    items = [
        item(_("Issue"), "issue", "check", 10),
        item(_("Issued certificates"), "certificates", "doc-full", 20),
        item(_("Designs"), "designs", "edit", 30, COORDINATORS),
    ]
    return StaffSubmenu(
        _("Certificates"),
        Menu(items=items),
        icon_name="doc-full",
        order=160,
        name="certificates",
    )
