"""Whom a document is served to: who may open a page that refers to it.

What a public page refers to is everybody's; what only gated pages refer to opens with one of them;
what no page refers to is the staff's of the program in whose collection it lies. Images have
public addresses, which nobody can guess from a page's: nothing private may be an image.
"""

from __future__ import annotations

from datetime import datetime

from wagtail.models import Page, ReferenceIndex

from content.gate import CONTENT_READERS
from content.models import GatedPage, PublicPage
from enrollment.models import Program, RoleAssignment


def may_open(user, document, at: datetime) -> bool:
    """Asks each live page that refers to the document, public ones first."""
    pages = pages_that_refer_to(document)
    if any(isinstance(page, PublicPage) and is_open_to_all(page) for page in pages):
        return True
    if not user.is_authenticated:
        return False
    if not pages and is_of_its_staff(user, document):
        return True
    return any(
        isinstance(page, GatedPage) and bool(page.access(user, at).decision) for page in pages
    )


def is_of_its_staff(user, document) -> bool:
    """Whether the user writes or reads the content of the document's program; of a document of no
    program, of any."""
    held = RoleAssignment.objects.filter(user=user, role__in=CONTENT_READERS)
    lies_in = document.collection.get_ancestors(inclusive=True)
    programs = Program.objects.filter(slug__in=lies_in.filter(depth=2).values("name"))
    if programs.exists():
        held = held.filter(program__in=programs)
    return user.is_staff and held.exists()


def is_open_to_all(page) -> bool:
    edition = getattr(page, "edition", None)
    return edition is None or edition.is_public


def pages_that_refer_to(document) -> list[Page]:
    references = ReferenceIndex.get_references_to(document)
    kind = Page.__name__.lower()
    ids = {
        int(reference.object_id)
        for reference in references.select_related("base_content_type")
        if reference.base_content_type.model == kind
        and reference.base_content_type.app_label == "wagtailcore"
    }
    return list(Page.objects.live().filter(pk__in=ids).specific())
