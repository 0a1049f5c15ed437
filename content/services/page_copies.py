"""The pages of an edition, copied in all languages into another one, by the worker.

Each page is a transaction of its own. A copy's translation key follows from that of its page and
from the edition, so that copies of translations are translations of each other, and a run that was
broken off goes on where it ended.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django_q.tasks import async_task
from wagtail.actions.copy_page import CopyPageAction
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from content.models import Discussion, EditionPage, Module, PageCopy
from content.services.translations import link_translation, source_of
from enrollment.models import Edition
from enrollment.rules.staff import coordinates
from lms import journal

log = logging.getLogger("lms.content")

# How rich text names a page, within the JSON of a body too.
PAGE_LINK = re.compile(r'<a [^>]*linktype=\\?"page\\?"[^>]*>')
PAGE_ID = re.compile(r'(\bid=\\?")(\d+)')


def begin(source: Edition, edition: Edition, *, by, at: datetime) -> PageCopy | None:
    """Note what is to be copied, and have the worker begin with it. None where the source has no
    pages. Within the transaction in which the edition is made."""
    pages = _pages_of(source)
    if not pages:
        return None
    copy = PageCopy.objects.create(
        edition=edition, source=source, by=by, begun_at=at, pages=len(pages)
    )
    async_task("content.tasks.task_copy_pages", copy.pk)
    return copy


@transaction.atomic
def copy_again(copy: PageCopy, *, by, at: datetime) -> PageCopy:
    """Have the worker try once more what could not be copied. One that is under way goes on."""
    coordinates(by, copy.edition.program).require()
    copy = PageCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.finished_at and copy.problems:
        copy.finished_at = None
        copy.save(update_fields=["finished_at"])
        journal.record(copy.edition, "content.copy_pages_again", by=by, at=at)
        async_task("content.tasks.task_copy_pages", copy.pk)
    return copy


def copy_pages(copy: PageCopy, *, at: datetime) -> int:
    """Copy what is not there yet, then let links between the pages lead to the copies and join
    their translations. Returns how many pages were copied now; a second run changes nothing. A page
    that cannot be copied is named in `problems`, and what lies below it too; the others go on."""
    pages, facts = _pages_of(copy.source), _facts(copy)
    there = set(_copies(copy, pages).values_list("translation_key", "locale_id"))
    copied, problems = 0, []
    for page in pages:
        if (_key(copy, page), page.locale_id) not in there:
            try:
                _copy_page(copy, page, facts)
                copied += 1
            except (ValidationError, Page.DoesNotExist) as error:
                log.warning(
                    "page %s was not copied into edition %s: %s", page.pk, copy.edition_id, error
                )
                problems.append({"page": page.title, "why": _why(error)})
        copy.copied = len(there) + copied
        copy.save(update_fields=["copied"])
    _join(copy, pages)
    _finish(copy, problems, at)
    return copied


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return _("The page above it was not copied.")


def _finish(copy: PageCopy, problems: list[dict], at: datetime) -> None:
    if copy.finished_at and problems == copy.problems:
        return
    with transaction.atomic():
        copy.problems, copy.finished_at = problems, at
        copy.save(update_fields=["problems", "finished_at"])
        journal.record(copy.edition, "content.copy_pages", by=copy.by, at=at, pages=copy.copied)


def _pages_of(edition: Edition) -> list[Page]:
    """The edition's page in each language and all below it: parents before their children, of
    translations the one that is translated from first."""
    pages = []
    for top in EditionPage.objects.filter(edition=edition):
        pages += Page.objects.descendant_of(top, inclusive=True).select_related("locale").specific()
    keys = {page.translation_key for page in pages}
    sources = TranslationSource.objects.filter(object__in=keys).values_list("object", "locale")
    is_source = set(sources)
    return sorted(
        pages,
        key=lambda page: (
            page.depth,
            (page.translation_key, page.locale_id) not in is_source,
            page.path,
        ),
    )


def _key(copy: PageCopy, page: Page) -> UUID:
    return uuid5(page.translation_key, f"edition {copy.edition_id}")


def _copies(copy: PageCopy, pages: list[Page]):
    return Page.objects.filter(translation_key__in={_key(copy, page) for page in pages})


def _facts(copy: PageCopy) -> dict[type[models.Model], dict[int, models.Model]]:
    """What pages point to, and what their copies point to instead."""
    facts = {Edition: {copy.source_id: copy.edition}}
    for model in (Module, Discussion):
        new = {_place(one): one for one in model.objects.filter(phase__edition=copy.edition)}
        old = model.objects.filter(phase__edition=copy.source)
        facts[model] = {one.pk: new[_place(one)] for one in old if _place(one) in new}
    return facts


def _place(activity) -> tuple[int, str]:
    return activity.phase.order, activity.slug


@transaction.atomic
def _copy_page(copy: PageCopy, page: Page, facts: dict) -> None:
    if isinstance(page, EditionPage):
        parent = page.get_parent()
        title = copy.edition.title.into(page.locale.language_code)
        own = {"title": title, "draft_title": title, "slug": copy.edition.slug}
    else:
        key = _key(copy, page.get_parent())
        parent, own = Page.objects.get(translation_key=key, locale=page.locale), {}
    for field in page._meta.concrete_fields:
        if field.related_model in facts:
            there = getattr(page, field.attname)
            own[field.name] = facts[field.related_model].get(there, getattr(page, field.name))
    CopyPageAction(
        page,
        to=parent.specific,
        user=copy.by,
        copy_revisions=False,
        reset_translation_key=False,
        update_attrs={**own, "translation_key": _key(copy, page)},
    ).execute(skip_permission_checks=True)


def _join(copy: PageCopy, pages: list[Page]) -> None:
    """Lead links in texts from one of the pages to another; then give each copy what a translator
    finds beside its page."""
    copies = {(one.translation_key, one.locale_id): one for one in _copies(copy, pages).specific()}
    pairs = [(page, copies.get((_key(copy, page), page.locale_id))) for page in pages]
    led = {str(page.pk): str(made.pk) for page, made in pairs if made}
    for page, made in pairs:
        if made:
            with transaction.atomic():
                _lead(made, led, copy.by)
                _link(page, made)


def _lead(page: Page, led: dict[str, str], by) -> None:
    changed = []
    for field in page._meta.concrete_fields:
        is_body = isinstance(field, StreamField)
        if not is_body and not isinstance(field, models.TextField):
            continue
        text = field.value_to_string(page) if is_body else getattr(page, field.attname)
        new = PAGE_LINK.sub(lambda tag: _led_tag(tag[0], led), text or "")
        if new != (text or ""):
            setattr(page, field.attname, field.to_python(new))
            changed.append(field.name)
    if changed:
        page.save(update_fields=changed, clean=False)
        page.save_revision(user=by, changed=False, clean=False)


def _led_tag(tag: str, led: dict[str, str]) -> str:
    return PAGE_ID.sub(lambda found: found[1] + led.get(found[2], found[2]), tag)


def _link(page: Page, made: Page) -> None:
    if TranslationSource.objects.filter(object=page.translation_key, locale=page.locale).exists():
        source_of(made)
        return
    into = Translation.objects.filter(target_locale=page.locale)
    if not into.filter(source__object=page.translation_key).exists():
        return
    source = TranslationSource.objects.filter(object=made.translation_key).first()
    if source and not into.filter(source=source).exists():
        link_translation(source, made)
