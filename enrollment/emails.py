"""Every mail of this app, named by what its reader learns. Each is a row of the outbox."""

from __future__ import annotations

from django.utils import translation

from enrollment.models import Application, EnrollmentStatus
from enrollment.rules import enrollments
from enrollment.rules.applications import return_until
from enrollment.rules.decisions import is_of_the_release
from lms.mail.compose import Letter, compose_many, reference, rendered
from lms.mail.models import OutgoingMessage
from lms.mail.placeholders import filled, of_a_person


def about_edition(edition) -> dict:
    """How mails about an edition are sent: seen by its program's staff, answered by its office."""
    return {
        "scope": edition.program.slug,
        "within": reference(edition),
        "reply_to": edition.program.contact_email,
    }


def told(name: str, about):
    """Ids of the people to whom the mail `name` about that row was written."""
    rows = OutgoingMessage.objects.filter(
        template=f"enrollment/mail/{name}", about=reference(about), person__isnull=False
    )
    return rows.values("person")


def version_of(instant) -> int:
    """A version for mails that may be written again at another instant: its minute."""
    return int(instant.timestamp()) // 60


# -- staff -------------------------------------------------------------------------------


def role_given(assignment, at):
    """To whoever was given a role: what it is, and that a second factor is asked for."""
    program = assignment.program
    letter = Letter(assignment.user, assignment, {"program": program, "assignment": assignment})
    compose_many(
        "enrollment/mail/role_given",
        [letter],
        at=at,
        scope=program.slug,
        reply_to=program.contact_email,
    )


# -- applications -----------------------------------------------------------------------


def application_received(application, at):
    """The receipt: one for a submission, another where a withdrawn application came back."""
    _about_application("application_received", application, at)


def information_requested(request, at):
    """What the coordination asks, in their words, and where it is answered."""
    application = request.application
    edition = application.edition
    context = {"application": application, "edition": edition, "request": request}
    letter = Letter(application.person, request, context)
    compose_many("enrollment/mail/information_requested", [letter], at=at, **about_edition(edition))


def application_withdrawn(application, at):
    until = return_until(application, at)
    _about_application("application_withdrawn", application, at, return_until=until)


def draft_reminder(applications, window, due, at):
    """To those who began and did not submit: until when they can. Once for each instant at which
    it is due."""
    edition = window.edition
    context = {"edition": edition, "window": window}
    letters = [
        Letter(row.person, window, {**context, "application": row}, version_of(due))
        for row in applications
    ]
    compose_many(
        "enrollment/mail/draft_reminder",
        letters,
        at=at,
        expires_at=window.closes_at,
        **about_edition(edition),
    )


def extension_code(code, to, person, at):
    """To whom a coordinator gives a code that opens a closed window; they may have no account."""
    window = code.window
    edition = window.edition
    context = {"edition": edition, "window": window, "code": code}
    language = person.language if person else (edition.languages or ["es"])[0]
    letter = Letter(person, code, context, language=language, to=to)
    compose_many(
        "enrollment/mail/extension_code",
        [letter],
        at=at,
        expires_at=code.expires_at,
        **about_edition(edition),
    )


def window_extended(attempts, window, at):
    """To those who came after the close: the form is open again until a later one."""
    edition = window.edition
    context = {"edition": edition, "window": window}
    letters = [
        Letter(row.person, row, context, version=version_of(window.closes_at)) for row in attempts
    ]
    compose_many("enrollment/mail/window_extended", letters, at=at, **about_edition(edition))


def window_resumed(rows, name, act, window, at):
    """To whoever a suspension interrupted, by their applications or places: it goes on, and until
    when."""
    edition = window.edition
    context = {"edition": edition, "window": window}
    letters = [Letter(row.person, act, context) for row in rows]
    compose_many(f"enrollment/mail/{name}", letters, at=at, **about_edition(edition))


def _about_application(name, application, at, **more):
    edition = application.edition
    context = {"application": application, "edition": edition, "window": application.window}
    context |= more
    letter = Letter(application.person, application, context, version=application.revision)
    compose_many(f"enrollment/mail/{name}", [letter], at=at, **about_edition(edition))


# -- what coordinators write themselves ---------------------------------------------------


def group_letters(letter, edition):
    """The messages that were written of a coordinator's letter."""
    return OutgoingMessage.objects.filter(
        template="enrollment/mail/group_letter", version=letter.number, scope=edition.program.slug
    )


def group_letter(rows, letter, edition, at):
    """A coordinator's letter, to the people of these applications or places."""
    titles = {language: _titles(edition, language) for language in letter.texts}
    letters = [_to_reader(row, letter, titles) for row in rows]
    compose_many("enrollment/mail/group_letter", letters, at=at, **about_edition(edition))


def group_letter_shown(row, letter, edition):
    """Subject and text as that reader would get them."""
    language = letter.language_of(row.person)
    titles = {language: _titles(edition, language)}
    return rendered("enrollment/mail/group_letter", _to_reader(row, letter, titles))


def _titles(edition, language) -> dict[str, str]:
    with translation.override(language):
        return {"program": str(edition.program.title), "edition": str(edition.title)}


def _to_reader(row, letter, titles) -> Letter:
    language = letter.language_of(row.person)
    values = {"name": of_a_person(name_of(row)), **titles[language]}
    subject, text = (filled(part, values) for part in letter.texts[language])
    context = {"subject": subject, "text": text, **titles[language]}
    return Letter(row.person, row, context, version=letter.number, language=language)


def name_of(row) -> str:
    """The name of an applicant or participant, as far as it is known."""
    application = row if isinstance(row, Application) else row.application
    typed = application.draft if application is row else {}
    names = [typed.get("given_names", ""), typed.get("family_names", "")]
    return (
        (application and application.full_name)
        or " ".join(str(name) for name in names if name)
        or getattr(row, "certificate_name", "")
        or row.person.get_full_name()
        or row.person.email.partition("@")[0]
    )


# -- outcomes ---------------------------------------------------------------------------


def outcomes(edition, letters, at):
    """One letter about each decision, `{decision: name of the letter}`, whose application carries
    its person (and offer). Those of a release are one mailing; what was decided later leaves
    alone, whatever became of that."""
    kind, released, later = "enrollment/mail/outcomes", [], []
    for decision, name in letters.items():
        written = released if is_of_the_release(decision, edition) else later
        written.append(_of_decision(decision, name, edition, at))
    how, mailing = about_edition(edition), f"{kind} {reference(edition)}"
    compose_many(kind, released, at=at, mailing=mailing, **how)
    compose_many(kind, later, at=at, is_urgent=True, **how)


def _of_decision(decision, name, edition, at) -> Letter:
    application = decision.application
    context = {"edition": edition, "decision": decision, "application": application, "at": at}
    return Letter(
        application.person,
        about=application,
        version=decision.version,
        context=context,
        template=f"enrollment/mail/{name}",
    )


def rehearsal(edition, samples, staff, at):
    """To whoever rehearses a release: each sample as its reader would get it. Each rehearsal makes
    mails of its own."""
    before = told("rehearsal", edition).filter(person=staff).count()
    letters = [
        Letter(
            staff,
            about=edition,
            version=before + number,
            context={"sample": sample, "edition": edition},
        )
        for number, sample in enumerate(samples, 1)
    ]
    compose_many("enrollment/mail/rehearsal", letters, at=at, **about_edition(edition))


def reconsideration_answered(reconsideration, at):
    """What the second look came to, in the words of who took it."""
    application = reconsideration.application
    edition = application.edition
    context = {
        "application": application,
        "edition": edition,
        "reconsideration": reconsideration,
    }
    letter = Letter(application.person, application, context)
    compose_many(
        "enrollment/mail/reconsideration_answered", [letter], at=at, **about_edition(edition)
    )


# -- offers and the waitlist -----------------------------------------------------------


def offer_accepted(enrollment, edition, at):
    phase = edition.phases.order_by("order").first()
    _about_place(
        "offer_accepted", enrollment, edition, at, phase=phase, has_begun=_begun(phase, at)
    )


def offer_declined(offer, edition, at):
    _about_offers("offer_declined", [offer], edition, at)


def offer_reinstated(offer, edition, at):
    _about_offers("offer_reinstated", [offer], edition, at)


def offer_reminder(offers, edition, at):
    _about_offers("offer_reminder", offers, edition, at)


def offer_expired(offers, edition, at):
    _about_offers("offer_expired", offers, edition, at)


def waitlist_called(offers, edition, at):
    _about_offers("waitlist_called", offers, edition, at)


def first_to_confirm(offers, edition, at):
    """To whoever is called to a seat that goes to the first who confirms it; each call anew, and
    nobody's later than another's."""
    _about_race("first_to_confirm", offers, edition, at)


def seat_taken(offers, edition, at):
    """To whoever was called so, and can have no seat now."""
    _about_race("seat_taken", offers, edition, at)


def waitlisted(decision, edition, at):
    _about_decisions("waitlisted", [decision], edition, at)


def waitlist_closed(decisions, edition, at):
    _about_decisions("waitlist_closed", decisions, edition, at)


# -- places and phases -----------------------------------------------------------------


def enrollment_withdrawn(enrollment, edition, at):
    undo_until = enrollments.undo_until(enrollment)
    _about_place("enrollment_withdrawn", enrollment, edition, at, undo_until=undo_until)


def enrollment_ended(enrollment, edition, at):
    is_deferred = enrollment.status == EnrollmentStatus.DEFERRED
    name = "enrollment_deferred" if is_deferred else "enrollment_ended"
    _about_place(name, enrollment, edition, at)


def enrollment_restored(enrollment, edition, at):
    _about_place("enrollment_restored", enrollment, edition, at)


def phase_opened(enrollments, phase, edition, at):
    context = {"edition": edition, "phase": phase}
    letters = [Letter(row.person, phase, {**context, "enrollment": row}) for row in enrollments]
    compose_many("enrollment/mail/phase_opened", letters, at=at, **about_edition(edition))


def phase_completed(enrollment, phase, at):
    context = _of_phase(enrollment, phase)
    letter = Letter(enrollment.person, enrollment, context, version=phase.order)
    how = about_edition(enrollment.edition)
    compose_many("enrollment/mail/phase_completed", [letter], at=at, **how)


def signed_up(enrollment, phase, at):
    context = {**_of_phase(enrollment, phase), "has_begun": _begun(phase, at)}
    letter = Letter(enrollment.person, enrollment, context, version=phase.order)
    how = about_edition(enrollment.edition)
    compose_many("enrollment/mail/signed_up", [letter], at=at, **how)


def phase_extended(enrollment, phase, until, at):
    context = {**_of_phase(enrollment, phase), "until": until}
    letter = Letter(enrollment.person, enrollment, context, version=version_of(until))
    how = about_edition(enrollment.edition)
    compose_many("enrollment/mail/phase_extended", [letter], at=at, **how)


def name_to_confirm(enrollments, edition, at):
    letters = [
        Letter(row.person, row, {"edition": edition, "enrollment": row}) for row in enrollments
    ]
    compose_many("enrollment/mail/name_to_confirm", letters, at=at, **about_edition(edition))


def _of_phase(enrollment, phase) -> dict:
    return {"edition": enrollment.edition, "enrollment": enrollment, "phase": phase}


def _about_race(name, offers, edition, at):
    """What decides within hours waits for no first letters."""
    version = int(at.timestamp())
    _about_offers(name, offers, edition, at, version=version, is_urgent=True)


def _about_offers(name, offers, edition, at, *, version=None, is_urgent=False):
    """Written once for each deadline and each of its reminders: `at` is part of the version."""
    letters = [
        Letter(
            offer.application.person,
            offer,
            {"edition": edition, "offer": offer, "application": offer.application},
            version or version_of(at),
        )
        for offer in offers
    ]
    how = {"is_urgent": is_urgent, **about_edition(edition)}
    compose_many(f"enrollment/mail/{name}", letters, at=at, **how)


def _about_decisions(name, decisions, edition, at):
    letters = [
        Letter(
            decision.application.person,
            edition,
            {"edition": edition, "decision": decision, "application": decision.application},
        )
        for decision in decisions
    ]
    compose_many(f"enrollment/mail/{name}", letters, at=at, **about_edition(edition))


def _about_place(name, enrollment, edition, at, **context):
    context = {"edition": edition, "enrollment": enrollment, **context}
    letter = Letter(enrollment.person, enrollment, context, version_of(at))
    compose_many(f"enrollment/mail/{name}", [letter], at=at, **about_edition(edition))


def _begun(phase, at) -> bool:
    return phase is not None and phase.opens_at <= at
