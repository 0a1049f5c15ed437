"""One sentence of where a person stands in an edition, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enrollment.models import Edition
from enrollment.rules.enrollments import undo_until
from enrollment.standing import Standing, standings_of
from lms.hooks import Card, NextStep
from lms.templatetags.times import moment_text

TO_FILL_IN = 15  # minutes
OVER = 80  # the priority from which on nothing is to be done or waited for any more


@dataclass(frozen=True)
class Sentence:
    """What is said in one state. `standing` and `text` may name %(program)s, %(edition)s, %(code)s,
    %(phase)s, %(before)s and %(when)s, which is the instant that `when` finds; `page` is the name
    of an address of the edition; `tag` is the state in a word or two, `kind` how it looks."""

    priority: int
    standing: object
    text: object = ""
    page: str = ""
    by: Callable[[Standing], datetime | None] = lambda standing: None
    when: Callable[[Standing], datetime | None] = lambda standing: None
    tag: object = ""
    kind: str = ""
    takes: int | None = None


def _window_closes(standing):
    return standing.closes_at or standing.window.closes_at


def _release(standing):
    return standing.edition.release_planned_at


def _lock(standing):
    return standing.edition.selection_locks_at


def _respond_by(standing):
    return standing.outcome.offer.respond_by


def _phase_opens(standing):
    return standing.phase.phase.opens_at


def _phase_closes(standing):
    return standing.phase.closes_at


def _sign_up(standing):
    return standing.phase.sign_up_windows[standing.phase.phase.pk]


def _sign_up_opens(standing):
    return _sign_up(standing).opens_at


def _sign_up_closes(standing):
    return _sign_up(standing).closes_at


def _undo_until(standing):
    return undo_until(standing.enrollment)


def _certificates(standing):
    return standing.edition.certificates_planned_at


APPLICATION, FORM, OUTCOME = "application_status", "application_form", "outcome"
PLACE, NAME, SIGN_UP = "enrollment", "enrollment_name", "phase_sign_up"


SENTENCES: dict[str, Sentence] = {
    # -- what is lost at a deadline
    "offered": Sentence(
        10,
        _("A place in “%(edition)s” is held for you. It is yours when you confirm it."),
        _("Confirm or decline the place"),
        OUTCOME,
        by=_respond_by,
        tag=_("place to confirm"),
        kind="active",
    ),
    "racing": Sentence(
        9,
        _("A place in “%(edition)s” goes to whoever confirms it first. None is held for you."),
        _("Confirm or decline the place"),
        OUTCOME,
        by=_respond_by,
        tag=_("first to confirm"),
        kind="active",
    ),
    "asked": Sentence(
        15,
        _("We have asked you for information about your application %(code)s."),
        _("Complete the application"),
        FORM,
        by=_lock,
        tag=_("information requested"),
        kind="warn",
    ),
    "draft": Sentence(
        20,
        _("Your application to “%(edition)s” is a draft. It is not submitted yet."),
        _("Go on with the application"),
        FORM,
        by=_window_closes,
        tag=_("draft, not submitted"),
        kind="warn",
    ),
    "unsent": Sentence(
        22,
        _("Your application %(code)s is submitted. Your latest changes to it are only saved."),
        _("Check the changes and submit them"),
        FORM,
        by=_window_closes,
        tag=_("submitted, with unsent changes"),
        kind="warn",
    ),
    "suspended": Sentence(
        23,
        _(
            "Applications to “%(edition)s” are suspended for the moment. Your draft is kept, and we"
            " write to you when they go on."
        ),
        tag=_("draft, not submitted"),
        kind="warn",
    ),
    "unsent_suspended": Sentence(
        24,
        _(
            "Your application %(code)s is submitted. Your latest changes to it are only saved:"
            " applications are suspended for the moment, and we write to you when they go on."
        ),
        _("See your application"),
        APPLICATION,
        tag=_("submitted, with unsent changes"),
        kind="warn",
    ),
    "sign_up_due": Sentence(
        25,
        _("You completed “%(before)s”. To take part in “%(phase)s”, sign up for it."),
        _("Sign up"),
        SIGN_UP,
        by=_sign_up_closes,
        tag=_("sign-up open"),
        kind="active",
    ),
    "name_due": Sentence(
        30,
        _("You have completed “%(edition)s”. Check the name that your certificate will carry."),
        _("Check your name"),
        NAME,
        by=_certificates,
        tag=_("completed"),
        kind="good",
    ),
    # -- what is to be done now, unless what is taught says it better
    "phase_open": Sentence(
        59,
        _("You are taking part in “%(phase)s”."),
        _("See your place"),
        PLACE,
        by=_phase_closes,
        tag=_("taking part"),
        kind="active",
    ),
    # -- what comes by itself
    "phase_ahead": Sentence(
        60,
        _("Your place is confirmed. “%(phase)s” opens on %(when)s."),
        _("See your place"),
        PLACE,
        when=_phase_opens,
        tag=_("place confirmed"),
        kind="good",
    ),
    "sign_up_ahead": Sentence(
        61,
        _("You completed “%(before)s”. The sign-up for “%(phase)s” opens on %(when)s."),
        _("See your place"),
        PLACE,
        when=_sign_up_opens,
        tag=_("taking part"),
        kind="good",
    ),
    "sign_up_suspended": Sentence(
        62,
        _(
            "You completed “%(before)s”. The sign-up for “%(phase)s” is suspended for the moment;"
            " we write to you when it goes on."
        ),
        _("See your place"),
        PLACE,
        tag=_("taking part"),
        kind="warn",
    ),
    "awaiting": Sentence(
        65,
        _("Your application %(code)s is being considered."),
        _("See your application"),
        APPLICATION,
        tag=_("submitted"),
    ),
    "waiting": Sentence(
        66,
        _("You are on the waiting list of “%(edition)s”. We write to you if a place opens."),
        _("Read the outcome"),
        OUTCOME,
        tag=_("on the waiting list"),
    ),
    "waiting_to_show": Sentence(
        58,
        _(
            "You wait for a place of “%(edition)s”, and cannot be called before we know that you"
            " meet the requirements."
        ),
        _("See what is missing"),
        OUTCOME,
        tag=_("on the waiting list"),
        kind="warn",
    ),
    "submitted": Sentence(
        67,
        _("Your application %(code)s is submitted. You can change it until the close."),
        _("See your application"),
        APPLICATION,
        tag=_("submitted"),
        kind="good",
    ),
    "undoable": Sentence(
        70,
        _("You left your place in “%(edition)s”. It is still free, and you can take it back."),
        _("See how to take it back"),
        PLACE,
        by=_undo_until,
        tag=_("place left"),
    ),
    "returnable": Sentence(
        72,
        _("You withdrew your application %(code)s. Until the close you can bring it back."),
        _("See your application"),
        APPLICATION,
        by=_window_closes,
        tag=_("withdrawn"),
    ),
    # -- what is over
    "too_late": Sentence(
        80,
        _("The time to answer for your place in “%(edition)s” has passed."),
        _("Read what you can do"),
        OUTCOME,
        tag=_("not answered in time"),
        kind="warn",
    ),
    "phase_closed": Sentence(
        81,
        _("“%(phase)s” has closed, and you did not complete it."),
        _("See your place"),
        PLACE,
        tag=_("not completed"),
    ),
    "sign_up_missed": Sentence(
        82,
        _("You completed “%(before)s”. The sign-up for “%(phase)s” has closed."),
        _("See your place"),
        PLACE,
        tag=_("not signed up"),
    ),
    "cancelled": Sentence(
        83,
        _("“%(edition)s” is not taking place. You do not have to do anything."),
        tag=_("cancelled"),
    ),
    "completed": Sentence(
        85,
        _("You have completed “%(edition)s”."),
        _("See your place"),
        PLACE,
        tag=_("completed"),
        kind="good",
    ),
    "not_completed": Sentence(
        86,
        _("“%(edition)s” has ended without your completing it. What you did stays recorded."),
        _("See your place"),
        PLACE,
        tag=_("not completed"),
    ),
    "not_selected": Sentence(
        87,
        _("You have not been selected for “%(edition)s”."),
        _("Read the outcome"),
        OUTCOME,
        tag=_("not selected"),
    ),
    "ineligible": Sentence(
        87,
        _("Your application to “%(edition)s” does not meet a requirement."),
        _("Read which one"),
        OUTCOME,
        tag=_("requirement not met"),
    ),
    "waited": Sentence(
        88,
        _("The waiting list of “%(edition)s” is closed, and no place opened for you."),
        _("Read the outcome"),
        OUTCOME,
        tag=_("waiting list closed"),
    ),
    "declined": Sentence(
        90,
        _("You declined your place in “%(edition)s”."),
        tag=_("place declined"),
    ),
    "left": Sentence(
        91,
        _("You no longer take part in “%(edition)s”. What you completed stays recorded."),
        _("See your place"),
        PLACE,
        tag=_("ended"),
    ),
    "lapsed": Sentence(
        92,
        _("Applications to “%(edition)s” have closed. Your draft was not submitted."),
        tag=_("draft, not submitted"),
    ),
    "withdrawn": Sentence(
        93,
        _("You withdrew your application to “%(edition)s”."),
        _("See your application"),
        APPLICATION,
        tag=_("withdrawn"),
    ),
    "merged": Sentence(
        94,
        _("Your application %(code)s was merged with another of yours, which counts."),
        tag=_("merged"),
    ),
    # -- what is said only to who stands nowhere; to others the card says it
    "open": Sentence(
        95,
        _("Applications to “%(program)s” (%(edition)s) are open."),
        _("Apply"),
        FORM,
        by=_window_closes,
        takes=TO_FILL_IN,
    ),
}
AWAITING_RELEASE = _(
    "Your application %(code)s is being considered. Everybody learns the outcome on %(when)s."
)


def next_step(person, at: datetime) -> NextStep | None:
    """The most urgent step of all editions; of two alike, the newest edition's."""
    steps = [step_of(standing, at) for standing in standings_of(person, at)]
    return min(steps, key=lambda step: step.priority, default=None)


def step_of(standing: Standing, at: datetime) -> NextStep:
    sentence = SENTENCES[standing.state]
    text, when = sentence.standing, sentence.when(standing)
    if standing.state == "awaiting" and (release := _release(standing)) and release > at:
        text, when = AWAITING_RELEASE, release
    return NextStep(
        sentence.priority,
        standing=str(text) % _named(standing, when),
        text=str(sentence.text),
        url=address(sentence.page, standing) if sentence.page else "",
        by=sentence.by(standing),
        zone=standing.edition.deadline_zone,
        takes=sentence.takes,
        edition_id=standing.edition.pk,
    )


def _named(standing: Standing, when: datetime | None) -> dict[str, str]:
    """What a sentence may name."""
    phase = standing.phase
    return {
        "program": str(standing.edition.program.title),
        "edition": str(standing.edition.title),
        "code": standing.application.code if standing.application else "",
        "phase": str(phase.phase.title) if phase else "",
        "before": str(phase.phase_before.title) if phase and phase.phase_before else "",
        "when": moment_text(when, standing.edition.ruling_zone),
    }


def address(page: str, standing: Standing) -> str:
    edition: Edition = standing.edition
    words = [edition.program.slug, edition.slug]
    if page == SIGN_UP:
        words.append(standing.phase.phase.order)
    return reverse(f"enrollment:{page}", args=words)


# -- the card --------------------------------------------------------------------------


def home_card(person, at: datetime) -> Card | None:
    """Every edition in which the person has an application or a place, with the ways there and,
    where there are several, what is to be done in each; then those they may still apply to. None
    for who stands nowhere and may apply to one edition: their next step says it all."""
    standings = standings_of(person, at)
    own = [standing for standing in standings if standing.state != "open"]
    ahead = [standing for standing in own if _is_ahead(standing)]
    rows = [_row(one, at, is_told=len(ahead) > 1 and _is_ahead(one)) for one in own]
    open_to = [
        {"edition": standing.edition, "step": step_of(standing, at)}
        for standing in standings
        if standing.state == "open"
    ]
    if not rows and len(open_to) < 2:
        return None
    return Card(
        10,
        "enrollment/home_card.html",
        {"rows": rows, "open_to": open_to},
        calendars=tuple((one.edition.pk, str(one.edition.title)) for one in ahead),
    )


def _is_ahead(standing: Standing) -> bool:
    return SENTENCES[standing.state].priority < OVER


def _row(standing: Standing, at: datetime, *, is_told: bool) -> dict:
    return {
        "edition": standing.edition,
        "sentence": SENTENCES[standing.state],
        "links": [(text, address(page, standing)) for text, page in _pages(standing)],
        "step": step_of(standing, at) if is_told else None,
    }


def _pages(standing: Standing):
    if standing.state == "cancelled":
        return
    if standing.state == "draft":
        yield _("Your draft"), FORM
    elif standing.application and standing.application.submitted_at:
        yield _("Your application"), APPLICATION
    if standing.outcome.state != "unknown":
        yield _("The outcome"), OUTCOME
    if standing.enrollment:
        yield _("Your place"), PLACE
