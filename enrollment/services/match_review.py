"""A person compares an application with the rows of the list that may name its applicant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enrollment.matching import alike, is_same
from enrollment.models import AlumniMatch, Alumnus, Application, Edition
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.eligibility import can_settle
from enrollment.services.alumni_book import AlumniList
from enrollment.services.eligibility import applicant_of, assess, take_turn
from lms import journal
from lms.decisions import DomainError

MOST_CANDIDATES = 9


def to_compare(edition: Edition) -> QuerySet[Application]:
    """The applications whose match people look at, in the order in which they are shown."""
    rows = Application.objects.filter(
        edition=edition, status__in=IN_SELECTION, alumni_match=AlumniMatch.REVIEW
    )
    return rows.order_by("pk")


def candidates_of(application: Application) -> list[Alumnus]:
    """The rows of the list that may name the applicant: those of an address first, then those of
    the whole name, then what is alike; nine at most."""
    applicant = applicant_of(application)
    book = AlumniList(application.edition.program).book_for([applicant])
    named = book.by_applicant.get(application.pk, [])
    rows = [record for found in book.by_address.values() for record in found]
    rows += [row for row in named if is_same(applicant, row)] + alike(applicant, named)
    keys = list(dict.fromkeys(row.id for row in rows))[:MOST_CANDIDATES]
    found = Alumnus.objects.select_related("source").in_bulk(keys)
    return [found[key] for key in keys]


def seen_of(application: Application, candidates: list[Alumnus]) -> str:
    """What a decision rests on: where any of it has changed, another look is needed."""
    keys = ",".join(str(row.pk) for row in candidates)
    return f"{application.version}:{application.alumni_match}:{application.alumnus_id or ''}:{keys}"


@transaction.atomic
def choose_row(
    application: Application, row_id: int | None, *, seen: str, by, at: datetime
) -> Application:
    """Settle the match: it is this row of those that were shown, or none of them, which refuses
    nobody. Where the application, its match or the list has changed since, `changed` is refused."""
    turn = take_turn(application.edition_id)
    rows = Application.objects.select_related("edition__program", "person", "role")
    application = rows.select_for_update(of=("self",)).get(pk=application.pk)
    can_settle(application, by, at).require()
    candidates = candidates_of(application)
    if seen != seen_of(application, candidates):
        raise DomainError("changed", _("It was settled, or changed, meanwhile: look again."))
    if row_id is not None and row_id not in {row.pk for row in candidates}:
        raise DomainError("not_shown", _("That row was not among those shown."))
    before = application.alumni_match
    application.alumnus_id = row_id
    application.alumni_match = (
        AlumniMatch.CONFIRMED if row_id is not None else AlumniMatch.NOT_LISTED
    )
    application.save(update_fields=["alumnus", "alumni_match"])
    journal.record(
        application,
        "enrollment.settle_match",
        by=by,
        at=at,
        reason=_said(candidates, row_id),
        before=before,
        after=application.alumni_match,
    )
    assess(application, at=at, turn=turn)
    return application


def _said(candidates: list[Alumnus], row_id: int | None) -> str:
    shown = "; ".join(f"{row.source} {row.line}" for row in candidates)
    chosen = next((f"{row.source} {row.line}" for row in candidates if row.pk == row_id), "–")
    return str(_("Compared with rows %(shown)s: %(chosen)s") % {"shown": shown, "chosen": chosen})
