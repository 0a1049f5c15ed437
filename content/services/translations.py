"""A page's translation as a translator finds it: each text beside its own, and what is done."""

from __future__ import annotations

from uuid import UUID, uuid4

from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

CHUNK = 500


def source_of(page: Page) -> TranslationSource:
    """The page as one that is translated from; made where it is none yet."""
    source, _is_new = TranslationSource.get_or_create_from_instance(page.specific)
    return source


def link_translation(source: TranslationSource, page: Page, key: UUID | None = None) -> None:
    """What `page` says in its language is the translation of the source, text by text. `key` is
    the translation's own, where it must be the same every time."""
    page = page.specific
    Translation.objects.create(
        uuid=key or uuid4(),
        source=source,
        target_locale=page.locale,
        translations_last_updated_at=page.last_published_at,
        destination_last_updated_at=page.last_published_at,
    )
    said = {
        (one.path, one.order): one.string.data
        for one in extract_segments(page)
        if isinstance(one, StringSegmentValue)
    }
    segments = source.stringsegment_set.select_related("context")
    pairs = [(one, said.get((one.context.path, one.order))) for one in segments]
    StringTranslation.objects.bulk_create(
        [
            StringTranslation(
                translation_of_id=segment.string_id,
                locale=page.locale,
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
