"""The acts of this app that two people do: what each shows to both, and what it does."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enrollment.models import (
    Decision,
    Edition,
    EditionStatus,
    Outcome,
    Program,
    RegistrationWindow,
    StaffRole,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.models.enrollments import SEAT_HOLDING
from enrollment.rules import decisions as rules
from enrollment.rules import programs as program_rules
from enrollment.rules.staff import has_role
from enrollment.services import decisions, programs, staff, suspending
from enrollment.services.joint import Act, Terms, open_acts, register
from lms.accounts.models import User
from lms.decisions import DomainError

TERM_LABELS = {
    **{value: capfirst(label) for value, label in Outcome.choices},
    "offers": _("Offers"),
    "checksum": _("Checksum"),
    "released_at": _("Release"),
    "respond_by": _("Offers expire"),
    "capacity": _("Seats"),
    "window": _("Window"),
    "closes_at": _("Closes"),
    "new_closes_at": _("Will close"),
    "suspended_at": _("Suspended since"),
    "selection_locks_at": _("Decisions are locked"),
    "release_planned_at": _("Decisions are released"),
    "offers_respond_by": _("Offers expire"),
    "last_entry_at": _("Last entry"),
    "certificates_planned_at": _("Certificates are issued"),
    "phases": _("Phases"),
    "windows": _("Windows"),
    "application": _("Application"),
    "version": _("Version"),
    "before": _("Outcome until now"),
    "outcome": _("New outcome"),
    "status": _("Status"),
    "user": _("Account"),
    "email": _("E-mail"),
}
AT_ONCE = "at_once"


def describe(terms: Terms) -> list[tuple[object, object]]:
    """Labels and texts; instants as they are stored, in UTC."""
    return [
        (TERM_LABELS.get(name, name), _("at once") if value == AT_ONCE else value)
        for name, value in terms.items()
    ]


def lock_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    rules.can_lock(edition, at).require()
    return {**decisions.counts(edition), "checksum": decisions.checksum(edition)}


def unlock_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    rules.can_unlock(edition, at).require()
    return {"checksum": edition.decisions_checksum}


def arm_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    rules.can_arm(edition, at).require()
    planned = edition.release_planned_at
    counts = decisions.counts(edition)
    return {
        "released_at": planned.isoformat() if planned and planned > at else AT_ONCE,
        "respond_by": edition.offers_respond_by.isoformat(),
        **counts,
        "offers": counts[Outcome.SELECTED],
        "checksum": decisions.checksum(edition),
    }


def disarm_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    rules.can_disarm(edition, at).require()
    return {"released_at": edition.released_at.isoformat(), "checksum": edition.decisions_checksum}


def publish_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    program_rules.can_publish(edition, at).require()
    return programs.calendar_of(edition)


def cancel_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    program_rules.can_cancel(edition, at).require()
    return {"status": edition.status}


def describe_cancellation(terms: Terms) -> list[tuple[object, object]]:
    said = [label for value, label in EditionStatus.choices if value == terms.get("status")]
    return describe({**terms, "status": said[0]} if said else terms)


def extend_terms(window: RegistrationWindow, given: Terms, at: datetime) -> Terms:
    new_close = datetime.fromisoformat(str(given["new_closes_at"]))
    program_rules.can_extend(window, new_close, at).require()
    return {
        "window": window.pk,
        "closes_at": window.closes_at.isoformat(),
        "new_closes_at": new_close.isoformat(),
    }


def resume_terms(window: RegistrationWindow, given: Terms, at: datetime) -> Terms:
    new_close = datetime.fromisoformat(str(given["new_closes_at"]))
    is_being_extended = open_acts(window).filter(act="extend").exists()
    program_rules.can_resume(window, new_close, at, is_being_extended=is_being_extended).require()
    return {
        "window": window.pk,
        "suspended_at": window.suspended_at.isoformat(),
        "closes_at": window.closes_at.isoformat(),
        "new_closes_at": new_close.isoformat(),
    }


def correct_terms(decision: Decision, given: Terms, at: datetime) -> Terms:
    """From which outcome of which application to which other: `given` names it."""
    outcome = Outcome(given["outcome"])
    if not decision.is_current:
        raise DomainError("not_current", _("This outcome was corrected in the meantime."))
    rules.can_correct(decision.application, outcome, at).require()
    return {
        "application": decision.application.code,
        "version": decision.version,
        "before": decision.outcome,
        "outcome": outcome.value,
    }


def describe_correction(terms: Terms) -> list[tuple[object, object]]:
    said = {name: Outcome(terms[name]).label for name in ("before", "outcome")}
    return describe({**terms, **said})


def approver_terms(program: Program, given: Terms, at: datetime) -> Terms:
    """Whom the two people name: an account, shown by its address."""
    person = User.objects.filter(pk=given["user"], is_active=True, erased_at=None).first()
    if person is None:
        raise DomainError("no_account", _("This account is closed."))
    if has_role(person, program, StaffRole.SECOND_APPROVER):
        raise DomainError("held", _("This person is a second approver already."))
    return {"user": person.pk, "email": person.email}


# -- what each does, and to whom -----------------------------------------------------------


def effect_of_lock(edition: Edition, terms: Terms) -> object:
    return ngettext_lazy(
        "Nobody can change the decision on %(count)d application any more, unless two people unlock"
        " it. No applicant is told anything yet.",
        "Nobody can change the decisions on %(count)d applications any more, unless two people"
        " unlock them. No applicant is told anything yet.",
        "count",
    ) % {"count": _decided(terms)}


def effect_of_unlock(edition: Edition, terms: Terms) -> object:
    return _("Coordinators can change the decisions again. No applicant is told anything.")


def effect_of_arm(edition: Edition, terms: Terms) -> object:
    """Released at once, nobody has time to disarm it."""
    told = ngettext_lazy(
        "%(count)d applicant sees the outcome and is written to",
        "%(count)d applicants see their outcome and are written to",
        "count",
    ) % {"count": _decided(terms)}
    if terms["released_at"] == AT_ONCE:
        return format_lazy("{}: {}", told, _("at once, and it cannot be undone."))
    return format_lazy("{} {}", told, _("at the release. It can be undone only before."))


def effect_of_disarm(edition: Edition, terms: Terms) -> object:
    return _(
        "No applicant sees the outcome on the announced day; the offers, which nobody has seen, are"
        " removed until the release is armed anew."
    )


def effect_of_publish(edition: Edition, terms: Terms) -> object:
    return _(
        "Everybody can read of this edition and its dates, and its windows open by themselves. It"
        " cannot be made a draft again."
    )


def effect_of_cancel(edition: Edition, terms: Terms) -> object:
    """Whom it reaches is counted now: people may apply until the second person confirms."""
    applications = edition.applications.filter(status__in=IN_SELECTION).count()
    places = edition.enrollments.filter(status__in=SEAT_HOLDING).count()
    return _(
        "The edition ends for good, for all who are in it: applications %(applications)d, places"
        " %(places)d. Nobody can apply to it or take part in it any more, and each reads on their"
        " home that it is not taking place. No letter is written. It cannot be undone."
    ) % {"applications": applications, "places": places}


def effect_of_extension(window: RegistrationWindow, terms: Terms) -> object:
    return _(
        "The form stays open for everybody until the new hour, and whoever came after the old one"
        " is written to. A window never closes earlier again."
    )


def effect_of_resuming(window: RegistrationWindow, terms: Terms) -> object:
    """Whom it reaches is counted now: what is sent while it is suspended is kept as a draft."""
    return ngettext_lazy(
        "The form opens again at once for everybody, until the new hour, and %(count)d person who"
        " was interrupted is written to. A window never closes earlier again.",
        "The form opens again at once for everybody, until the new hour, and %(count)d people who"
        " were interrupted are written to. A window never closes earlier again.",
        "count",
    ) % {"count": suspending.interrupted(window).count()}


def effect_of_correction(decision: Decision, terms: Terms) -> object:
    return _(
        "%(name)s sees the new outcome at once in place of the old one, and is written to. Nobody"
        " else’s outcome changes."
    ) % {"name": decision.application.full_name}


def effect_of_appointment(program: Program, terms: Terms) -> object:
    return _(
        "%(email)s can from then on confirm, as the second of two people, what others ask for in"
        " this program: locks, releases, certificates."
    ) % {"email": terms["email"]}


def _decided(terms: Terms) -> int:
    return sum(int(str(terms.get(outcome, 0))) for outcome in Outcome.values)


def _of_edition(name, label, terms, perform, **more) -> Act:
    return register(Act(name, label, Edition, terms, perform, describe, **more))


LOCK = _of_edition(
    "lock",
    _("lock the decisions"),
    lock_terms,
    decisions.lock,
    effect=effect_of_lock,
    is_grave=True,
)
UNLOCK = _of_edition(
    "unlock",
    _("unlock the decisions"),
    unlock_terms,
    decisions.unlock,
    effect=effect_of_unlock,
)
ARM = _of_edition(
    "arm", _("arm the release"), arm_terms, decisions.arm, effect=effect_of_arm, is_grave=True
)
DISARM = _of_edition(
    "disarm",
    _("disarm the release"),
    disarm_terms,
    decisions.disarm,
    effect=effect_of_disarm,
)
PUBLISH = _of_edition(
    "publish",
    _("publish the edition"),
    publish_terms,
    programs.publish,
    effect=effect_of_publish,
)
CANCEL = register(
    Act(
        "cancel",
        _("cancel the edition"),
        Edition,
        cancel_terms,
        programs.cancel,
        describe_cancellation,
        needs_reason=True,
        effect=effect_of_cancel,
        is_grave=True,
    )
)
EXTEND = register(
    Act(
        "extend",
        _("extend the window"),
        RegistrationWindow,
        extend_terms,
        programs.extend_window,
        describe,
        program=lambda window: window.edition.program,
        needs_reason=True,
        effect=effect_of_extension,
    )
)
RESUME = register(
    Act(
        "resume",
        _("resume the window"),
        RegistrationWindow,
        resume_terms,
        suspending.resume_window,
        describe,
        program=lambda window: window.edition.program,
        needs_reason=True,
        effect=effect_of_resuming,
    )
)
CORRECT = register(
    Act(
        "correct_outcome",
        _("correct the outcome"),
        Decision,
        correct_terms,
        decisions.correct,
        describe_correction,
        program=lambda decision: decision.edition.program,
        needs_reason=True,
        effect=effect_of_correction,
    )
)
APPOINT_APPROVER = register(
    Act(
        "appoint_approver",
        _("make somebody a second approver"),
        Program,
        approver_terms,
        staff.appoint_approver,
        describe,
        program=lambda program: program,
        effect=effect_of_appointment,
    )
)
