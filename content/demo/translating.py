"""What a translator finds: each text beside its translation, and how much of a page is done."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from content.demo.texts import LANGUAGES, key_of
from enrollment.models import Program, RoleAssignment, StaffRole

CHUNK = 500
WAGTAILS_OWN = {StaffRole.COORDINATOR: "Moderators", StaffRole.AUTHOR: "Editors"}


def link_translations(pages: Iterable[Page]) -> None:
    """The pages of the first language become sources, those of the others their translations."""
    locales = [Locale.objects.get(language_code=code) for code in LANGUAGES[1:]]
    for page in pages:
        source, _is_new = TranslationSource.get_or_create_from_instance(page.specific)
        segments = list(source.stringsegment_set.select_related("context"))
        for locale in locales:
            _link(source, segments, page.get_translation(locale).specific, locale)


def _link(source: TranslationSource, segments: list, page: Page, locale: Locale) -> None:
    Translation.objects.create(
        uuid=key_of("translation", page.translation_key, locale.language_code),
        source=source,
        target_locale=locale,
        translations_last_updated_at=page.last_published_at,
        destination_last_updated_at=page.last_published_at,
    )
    said = {
        (one.path, one.order): one.string.data
        for one in extract_segments(page)
        if isinstance(one, StringSegmentValue)
    }
    pairs = [(one, said.get((one.context.path, one.order))) for one in segments]
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of_id=segment.string_id,
                locale=locale,
                context=segment.context,
                data=text,
                translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            )
            for segment, text in pairs
            if text
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,
    )


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
