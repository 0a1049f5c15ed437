"""What the privacy notice promises about applications and places: a copy, and erasure.

What stays of an erased application are the facts that totals are made of, without a person:
country, workplace, role, gender, language and outcome.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from enrollment.answers import form_for, submitted_values
from enrollment.matching import normal_email
from enrollment.models import (
    AlumniMatch,
    Alumnus,
    Application,
    ApplicationStatus,
    ApplicationVersion,
    CourseProof,
    Decision,
    Eligibility,
    Enrollment,
    EnrollmentStatus,
    Extension,
    FilteredList,
    InformationRequest,
    LateAttempt,
    Offer,
    OfferStatus,
    Outcome,
    PhaseProgress,
    QuarantinedRow,
    Reconsideration,
    Review,
    RoleAssignment,
    SavedFilter,
    UploadedAnswer,
)
from enrollment.rules.applications import can_withdraw
from enrollment.rules.enrollments import can_withdraw as can_leave
from enrollment.rules.outcomes import outcome_shown
from enrollment.services.applications import withdraw_erased
from enrollment.services.enrollments import free_seat
from enrollment.services.files import forget_files
from enrollment.services.offers import give_back
from enrollment.services.seats import with_seats_locked
from enrollment.services.staff import revoke_role
from lms import clock, journal

log = logging.getLogger(__name__)
NAMELESS = {
    "person": None,
    "given_names": "",
    "family_names": "",
    "certificate_name": "",
    "institution": "",
    "answers": {},
    "draft": {},
    "likeness": "",
    "search_text": "",
    "alumnus": None,
    "duplicate_of": None,
}


# -- a copy ----------------------------------------------------------------------------

LABELS = {
    "applications": _("Applications"),
    "places": _("Places"),
    "late_attempts": _("Attempts after the close"),
    "extensions": _("Extensions by a code"),
    "saved_filters": _("Filters of lists"),
    "name": _("Name"),
    "list": _("List"),
    "query": _("What is filtered"),
    "program": _("Program"),
    "edition": _("Edition"),
    "code": _("Code"),
    "status": _("Status"),
    "begun_at": _("Begun"),
    "submitted_at": _("Submitted"),
    "edited_at": _("Last change"),
    "withdrawn_at": _("Withdrawn"),
    "answers": _("Answers"),
    "draft": _("Draft"),
    "versions": _("Versions submitted"),
    "files": _("Files sent"),
    "question": _("Question"),
    "size": _("Bytes"),
    "sent_at": _("Sent"),
    "path": _("Where it is in the file of all your data"),
    "course_proof": _("Proof of the earlier course"),
    "reconsideration": _("Reconsideration"),
    "answer": _("Answer"),
    "information_requested": _("Information requested"),
    "text": _("Text"),
    "number": _("Number"),
    "at": _("When"),
    "outcome": _("Outcome"),
    "waitlist_rank": _("Number on the waiting list"),
    "eligibility": _("Requirements"),
    "eligibility_reason": _("Reason"),
    "alumni_match": _("Basic modules"),
    "offer": _("Place offered"),
    "respond_by": _("Answer by"),
    "answered_at": _("Answered"),
    "language": _("Language"),
    "certificate_name": _("Name on the certificate"),
    "peer_name": _("Name that peers see"),
    "confirmed_at": _("Confirmed"),
    "first_opened_at": _("First opened"),
    "name_confirmed_at": _("Name confirmed"),
    "phases": _("Phases"),
    "phase": _("Phase"),
    "signed_up_at": _("Signed up"),
    "started_at": _("Begun"),
    "completed_at": _("Completed"),
    "extended_to": _("Extended to"),
    "work": _("Work recorded"),
    "hours": _("Hours"),
    "title": _("Title"),
    "activities": _("Activities"),
}
WORDS = {
    "status": {
        **dict(ApplicationStatus.choices),
        **dict(OfferStatus.choices),
        **dict(EnrollmentStatus.choices),
    },
    "outcome": dict(Outcome.choices),
    "eligibility": dict(Eligibility.choices),
    "alumni_match": dict(AlumniMatch.choices),
    "language": dict(settings.LANGUAGES),
}


def export_applications(person):
    """What was typed, submitted and, from the release on, decided; nothing of it before."""
    rows = Application.objects.filter(person=person).select_related("edition__program", "role")
    rows = rows.select_related("offer", "enrollment", "reconsideration", "course_proof")
    rows = rows.select_related("window__edition__program")
    rows = rows.prefetch_related("versions", "information_requests", "uploaded_answers")
    at = clock.now()
    labels, words = LABELS, WORDS
    for row in rows:
        form = form_for(row.window, person)
        fields = form.fields.items()
        labels = labels | {name: field.label for name, field in fields}
        words = words | {name: dict(f.choices) for name, f in fields if hasattr(f, "choices")}
        for one in row.uploaded_answers.all():
            words = words | {one.field: {**words.get(one.field, {}), one.key: one.name}}
    return "applications", [_application(row, at, labels) for row in rows], labels, words


def export_files(person):
    """`(path, open file)` of all that was sent with applications, one after the other."""
    rows = Application.objects.filter(person=person).prefetch_related("uploaded_answers")
    for path, one in chain.from_iterable(map(_files_in, rows)):
        try:
            yield path, one.file.open("rb")
        except FileNotFoundError:
            log.error("a file of an application is not in the storage: %s", one.file.name)


def _files_in(application: Application) -> list[tuple[str, UploadedAnswer]]:
    """Each file with its path in the copy."""
    rows = enumerate(application.uploaded_answers.all(), 1)
    return [(f"files/{application.code}/{number}-{one.name}", one) for number, one in rows]


def _application(row: Application, at: datetime, labels: dict) -> dict:
    return {
        "edition": str(row.edition),
        "code": row.code,
        "status": row.status,
        "begun_at": _iso(row.created_at),
        "submitted_at": _iso(row.submitted_at),
        "edited_at": _iso(row.edited_at),
        "withdrawn_at": _iso(row.withdrawn_at),
        "answers": submitted_values(row) if row.submitted_at else {},
        "draft": row.draft,
        "versions": [
            {"number": one.number, "at": _iso(one.at), "answers": one.answers}
            for one in row.versions.all()
        ],
        "files": [
            {
                "question": str(labels.get(one.field, one.field)),
                "name": one.name,
                "size": one.size,
                "sent_at": _iso(one.at),
                "path": path,
            }
            for path, one in _files_in(row)
        ],
        "information_requested": [
            {"text": one.text, "at": _iso(one.at), "answered_at": _iso(one.answered_at)}
            for one in row.information_requests.all()
        ],
        "course_proof": _course_proof(row),
        "reconsideration": _reconsideration(row),
        **_outcome(row, at),
    }


def _course_proof(row: Application) -> dict | None:
    one = getattr(row, "course_proof", None)
    return one and {"text": one.text, "at": _iso(one.at)}


def _reconsideration(row: Application) -> dict | None:
    one = getattr(row, "reconsideration", None)
    return one and {
        "text": one.text,
        "at": _iso(one.asked_at),
        "answer": one.answer,
        "answered_at": _iso(one.answered_at),
    }


def _outcome(row: Application, at: datetime) -> dict:
    shown = outcome_shown(row, at)
    if shown.decision is None:
        return {}
    offer = shown.offer
    return {
        "outcome": shown.decision.outcome,
        "waitlist_rank": shown.decision.waitlist_rank,
        "eligibility": row.eligibility,
        "eligibility_reason": row.eligibility_reason,
        "alumni_match": row.alumni_match,
        "offer": offer
        and {
            "status": offer.status,
            "respond_by": _iso(offer.respond_by),
            "answered_at": _iso(offer.answered_at),
        },
    }


def export_places(person):
    rows = Enrollment.objects.filter(person=person).select_related("edition__program")
    places = [_place(row) for row in rows.prefetch_related("progress__phase")]
    return "places", places, LABELS, WORDS


def _place(row: Enrollment) -> dict:
    return {
        "edition": str(row.edition),
        "status": row.status,
        "language": row.language,
        "certificate_name": row.certificate_name,
        "peer_name": row.peer_name,
        "confirmed_at": _iso(row.confirmed_at),
        "first_opened_at": _iso(row.first_opened_at),
        "name_confirmed_at": _iso(row.name_confirmed_at),
        "withdrawn_at": _iso(row.withdrawn_at),
        "phases": [
            {
                "phase": str(one.phase),
                "signed_up_at": _iso(one.signed_up_at),
                "started_at": _iso(one.started_at),
                "completed_at": _iso(one.completed_at),
                "extended_to": _iso(one.extended_to),
                "work": one.work,
            }
            for one in row.progress.all()
        ],
    }


def export_late_attempts(person):
    rows = LateAttempt.objects.filter(person=person).select_related("window__edition__program")
    attempts = [{"edition": str(row.window.edition), "at": _iso(row.at)} for row in rows]
    return "late_attempts", attempts, LABELS


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def export_extensions(person):
    """Closed windows that a code opened for the person."""
    rows = Extension.objects.filter(person=person).select_related("code__window__edition__program")
    extensions = [
        {
            "edition": str(one.code.window.edition),
            "at": _iso(one.at),
            "extended_to": _iso(one.code.expires_at),
        }
        for one in rows
    ]
    return "extensions", extensions, LABELS


def export_filters(person):
    """Filters of the staff's lists that the person has kept."""
    rows = SavedFilter.objects.filter(owner=person).select_related("program")
    kept = [
        {
            "name": one.name,
            "list": one.listing,
            "query": one.query,
            "program": str(one.program or ""),
            "at": _iso(one.at),
        }
        for one in rows
    ]
    return "saved_filters", kept, LABELS, {"list": dict(FilteredList.choices)}


# -- erasure ---------------------------------------------------------------------------


@transaction.atomic
def erase_person(person, by, at: datetime) -> None:
    """Erase what this app knows of a person. Whoever takes part leaves first, and whoever applied
    withdraws, so that no seat stays with nobody. A second call finds nothing."""
    for enrollment in Enrollment.objects.filter(person=person).select_related("edition"):
        _leave(enrollment, by, at)
    applications = list(Application.objects.filter(person=person).select_related("edition"))
    for application in applications:
        _withdraw(application, by, at)
    _erase_from_lists(person, applications)
    forget_applications(applications, by=by, at=at)
    forget_places(Enrollment.objects.filter(person=person), by=by, at=at)
    LateAttempt.objects.filter(person=person).delete()
    Extension.objects.filter(person=person).delete()
    SavedFilter.objects.filter(owner=person, program=None).delete()
    SavedFilter.objects.filter(owner=person).update(owner=None)
    for assignment in RoleAssignment.objects.filter(user=person).select_related("program"):
        revoke_role(person, assignment.program, assignment.role, by=by, at=at)


def _leave(enrollment: Enrollment, by, at: datetime) -> None:
    with with_seats_locked(enrollment.edition_id):
        fresh = Enrollment.objects.select_for_update(of=("self",)).get(pk=enrollment.pk)
        if can_leave(fresh, at):
            free_seat(fresh, by=by, at=at)


def _withdraw(application: Application, by, at: datetime) -> None:
    offer = Offer.objects.pending().filter(application=application).first()
    if offer:
        with with_seats_locked(application.edition_id):
            give_back(offer, at=at)
    if can_withdraw(application, at):
        withdraw_erased(application, by=by, at=at)


def _erase_from_lists(person, applications: list[Application]) -> None:
    """The person's rows of the list of alumni keep what totals are made of."""
    addresses = {normal_email(person.email), normal_email(person.backup_email)} - {""}
    matched = [one.alumnus_id for one in applications if one.alumnus_id]
    rows = Alumnus.objects.annotate(key=Lower("email"))
    rows.filter(Q(key__in=addresses) | Q(pk__in=matched)).update(name="", email="", raw={})
    for address in addresses:
        QuarantinedRow.objects.filter(raw__icontains=address).delete()


@transaction.atomic
def forget_applications(applications: Iterable[Application], *, by, at: datetime) -> int:
    """Take the person out of applications for good; what was never submitted goes whole. Returns
    how many."""
    applications = list(applications)
    keys = [one.pk for one in applications]
    forget_files(UploadedAnswer.objects.filter(application__in=keys))
    ApplicationVersion.objects.filter(application__in=keys).delete()
    Decision.objects.filter(application__in=keys).update(reason="")
    Review.objects.filter(application__in=keys).update(remark="")
    InformationRequest.objects.filter(application__in=keys).delete()
    Reconsideration.objects.filter(application__in=keys).delete()
    CourseProof.objects.filter(application__in=keys).delete()
    journal.forget_reasons(Application, keys)
    offers = Offer.objects.filter(application__in=keys)
    journal.forget_reasons(Offer, offers.values_list("pk", flat=True))
    Application.objects.filter(duplicate_of__in=keys).update(duplicate_of=None)
    Application.objects.filter(pk__in=keys, submitted_at=None).delete()
    Application.objects.filter(pk__in=keys).update(**NAMELESS)
    kept = [(one, None, None) for one in applications if one.submitted_at]
    journal.record_many(kept, "enrollment.erase", by=by, at=at)
    return len(keys)


@transaction.atomic
def forget_places(places: Iterable[Enrollment], *, by, at: datetime) -> int:
    """Take the names and the record of the work off places; that they were completed, stays."""
    named = [one for one in places if one.certificate_name or one.peer_name]
    keys = [one.pk for one in named]
    Enrollment.objects.filter(pk__in=keys).update(certificate_name="", peer_name="")
    PhaseProgress.objects.filter(enrollment__in=keys).update(work={})
    journal.forget_reasons(Enrollment, keys)
    journal.record_many([(one, None, None) for one in named], "enrollment.erase", by=by, at=at)
    return len(keys)
