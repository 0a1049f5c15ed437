"""Keeping a filter of a list under a name, and removing it. The only writer of `SavedFilter`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Program, SavedFilter
from enrollment.models.filters import LONGEST_NAME, LONGEST_QUERY
from enrollment.rules import filters as rules
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.typed import one_line, seen, storable


@transaction.atomic
def keep_filter(
    listing: str, name: str, query: str, *, program: Program | None = None, by, at: datetime
) -> SavedFilter:
    """Keep `query` (normalized, without a page's number) for `by` alone, or for the staff of
    `program`. People at once wait for each other. Refuses `name_missing`, `name_taken`,
    `too_many`, `query_empty`, `query_long`."""
    name = seen(one_line(storable(name)))[:LONGEST_NAME]
    if not name:
        raise DomainError("name_missing", _("Give the filter a name."))
    if not query:
        raise DomainError("query_empty", _("Nothing is filtered: choose something first."))
    if len(query) > LONGEST_QUERY:
        raise DomainError("query_long", _("Too much is chosen in this filter to be kept."))
    User.objects.select_for_update().get(pk=by.pk)
    if program:
        program = Program.objects.select_for_update().get(pk=program.pk)
    rules.can_keep(by, program, listing, name).require()
    row = SavedFilter.objects.create(
        owner=by, program=program, listing=listing, name=name, query=query, at=at
    )
    if program:
        journal.record(program, "enrollment.share_filter", by=by, at=at)
    return row


@transaction.atomic
def remove_filter(row: SavedFilter, *, by, at: datetime) -> None:
    """A second call finds nothing to remove."""
    row = SavedFilter.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if row is None:
        return
    rules.can_remove(by, row, rules.coordinated_by(by)).require()
    if row.program:
        journal.record(row.program, "enrollment.remove_filter", by=by, at=at)
    row.delete()
