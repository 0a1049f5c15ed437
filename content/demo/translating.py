"""What a translator finds: each text beside its translation, and how much of a page is done."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from wagtail.models import Locale, Page

from content.demo.texts import LANGUAGES, key_of
from content.services.translations import link_translation, source_of
from enrollment.models import Program, RoleAssignment, StaffRole

WAGTAILS_OWN = {StaffRole.COORDINATOR: "Moderators", StaffRole.AUTHOR: "Editors"}


def link_translations(pages: Iterable[Page]) -> None:
    """The pages of the first language become sources, those of the others their translations."""
    locales = [Locale.objects.get(language_code=code) for code in LANGUAGES[1:]]
    for page in pages:
        source = source_of(page)
        for locale in locales:
            if translated := page.get_translation_or_none(locale):
                key = key_of("translation", page.translation_key, locale.language_code)
                link_translation(source, translated, key)


def open_site_pages(program: Program) -> None:
    """Home and the texts of the whole site belong to no program: who writes them stands in one of
    Wagtail's own groups."""
    translating = Permission.objects.get(
        content_type__app_label="wagtail_localize", codename="submit_translation"
    )
    for role, name in WAGTAILS_OWN.items():
        group = Group.objects.get(name=name)
        group.permissions.add(translating)
        for held in RoleAssignment.objects.filter(program=program, role=role):
            held.user.groups.add(group)
