"""The part of the admin's menu that leads to what is taught and discussed."""

from __future__ import annotations

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu

from content.rules.authoring import AUTHORS
from content.rules.discussion_setup import MAKERS
from content.rules.discussions import MODERATORS
from enrollment.staff.menu import StaffMenuItem, StaffSubmenu


def content_menu() -> StaffSubmenu:
    def item(label, url, icon, order, roles):
        options = {"icon_name": icon, "order": order, "name": url.replace(":", "-")}
        return StaffMenuItem(label, reverse_lazy(url), roles=roles, **options)

    items = [
        item(_("Modules and questions"), "content_staff:modules", "doc-full-inverse", 10, AUTHORS),
        item(_("Posts to look at"), "discussions_staff:moderation", "comment", 20, MODERATORS),
        item(_("Participation"), "discussions_staff:participation", "group", 30, MODERATORS),
        item(_("Discussions"), "discussions_staff:discussions", "comment", 40, MAKERS),
        item(_("Your rooms"), "content:led_rooms", "home", 50, MODERATORS),
    ]
    roles = (*AUTHORS, *MODERATORS)
    return StaffSubmenu(
        _("Content"),
        Menu(items=items),
        icon_name="doc-full",
        order=160,
        name="content",
        roles=roles,
    )
