"""An applicant who is not found on the list writes how they took the earlier course. The only
writer of `CourseProof`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enrollment.models import Application, CourseProof, Edition
from enrollment.models.proofs import LONGEST
from enrollment.rules.eligibility import may_claim_course
from lms import journal
from lms.decisions import DomainError
from lms.typed import seen, storable


@transaction.atomic
def give_proof(application: Application, text: str, *, by, at: datetime) -> CourseProof:
    """Keep what shows that the applicant took the course, for a coordinator to look at: until
    somebody settles it, or the decisions are locked; whoever waits for a place may again after the
    release. The same again changes nothing."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("edition__program")
    application = rows.get(pk=application.pk)
    if application.person_id != by.pk:
        raise DomainError("not_yours", _("This is another person's application."))
    may_claim_course(application, at).require()
    text = seen(storable(text).strip())
    if not text:
        raise DomainError("text_missing", _("Write some words."))
    if len(text) > LONGEST:
        raise DomainError("text_too_long", _("It is too long: 1,000 characters at most."))
    before = CourseProof.objects.filter(application=application).first()
    if before and before.text == text:
        return before
    fields = {"text": text, "at": at, "seen_at": None}
    proof, _is_new = CourseProof.objects.update_or_create(application=application, defaults=fields)
    journal.record(application, "enrollment.give_course_proof", by=by, at=at)
    return proof


def mark_seen(applications: Iterable[int], edition: Edition, at: datetime) -> None:
    """Somebody settled these applications of the edition, by what was written until then."""
    rows = CourseProof.objects.filter(application__in=list(applications), seen_at=None)
    rows.filter(application__edition=edition).update(seen_at=at)
