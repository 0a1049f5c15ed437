"""Asking for another look at a refusal, and answering. The only writer of `Reconsideration`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment import emails
from enrollment.models import Application, Reconsideration
from enrollment.models.reconsiderations import LONGEST
from enrollment.rules.reconsiderations import can_answer, can_ask_again
from lms import journal
from lms.decisions import DomainError
from lms.typed import storable


@transaction.atomic
def ask_again(application: Application, text: str, *, by, at: datetime) -> Reconsideration:
    """Ask for it, in the applicant's words. A second call gives what was asked first; in other
    words it is refused, for only one text is read."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("edition__program")
    application = rows.get(pk=application.pk)
    if application.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's application."))
    if found := Reconsideration.objects.filter(application=application).first():
        if found.text != _written(text):
            raise DomainError(
                "asked_already",
                _("You have asked already: the text that came first is read, not this one."),
            )
        return found
    can_ask_again(application, at).require()
    reconsideration = Reconsideration.objects.create(
        application=application, text=_written(text), asked_at=at
    )
    journal.record(application, "enrollment.ask_reconsideration", by=by, at=at)
    return reconsideration


@transaction.atomic
def answer(
    reconsideration: Reconsideration, *, granted: bool, text: str, by, at: datetime
) -> Reconsideration:
    """Answer in words that the applicant reads, on the site and by mail."""
    rows = Reconsideration.objects.select_for_update(of=("self",))
    rows = rows.select_related("application__edition__program", "application__person")
    reconsideration = rows.get(pk=reconsideration.pk)
    can_answer(reconsideration, by, at).require()
    reconsideration.granted, reconsideration.answer = granted, _written(text)
    reconsideration.answered_by, reconsideration.answered_at = by, at
    reconsideration.save()
    journal.record(
        reconsideration.application,
        "enrollment.answer_reconsideration",
        by=by,
        at=at,
        granted=granted,
    )
    emails.reconsideration_answered(reconsideration, at)
    return reconsideration


def _written(text: str) -> str:
    text = storable(text).strip()
    if not text:
        raise DomainError("text_missing", _("Write some words."))
    if len(text) > LONGEST:
        raise DomainError("text_too_long", _("It is too long: 2,000 characters at most."))
    return text
