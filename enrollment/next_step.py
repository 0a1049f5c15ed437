"""One sentence of where a person stands in an edition, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy

from enrollment.models import Edition
from enrollment.rules.enrollments import undo_until
from enrollment.standing import Standing, standings_of
from lms.hooks import Card, NextStep
from lms.templatetags.times import moment_text

TO_FILL_IN = 15  # minutes


@dataclass(frozen=True)
class Sentence:
    """What is said in one state. `standing` and `text` may name %(edition)s, %(code)s, %(phase)s,
    %(before)s and %(when)s, which is the instant that `when` finds; `page` is the name of an
    address of the edition; `tag` is the state in a word or two, `kind` how it looks."""

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
    return standing.window.closes_at


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
_t = gettext_lazy

SENTENCES: dict[str, Sentence] = {
    # -- what is lost at a deadline
    "offered": Sentence(
        10,
        _t("A place in “%(edition)s” is held for you. It is yours when you confirm it."),
        _t("Confirm or decline the place"),
        OUTCOME,
        by=_respond_by,
        tag=_t("place to confirm"),
        kind="active",
    ),
    "asked": Sentence(
        15,
        _t("We have asked you for information about your application %(code)s."),
        _t("Complete the application"),
        FORM,
        by=_lock,
        tag=_t("information requested"),
        kind="warn",
    ),
    "draft": Sentence(
        20,
        _t("Your application to “%(edition)s” is a draft. It is not submitted yet."),
        _t("Go on with the application"),
        FORM,
        by=_window_closes,
        tag=_t("draft, not submitted"),
        kind="warn",
    ),
    "unsent": Sentence(
        22,
        _t("Your application %(code)s is submitted. Your latest changes to it are only saved."),
        _t("Check the changes and submit them"),
        FORM,
        by=_window_closes,
        tag=_t("submitted, with unsent changes"),
        kind="warn",
    ),
    "sign_up_due": Sentence(
        25,
        _t("You completed “%(before)s”. To take part in “%(phase)s”, sign up for it."),
        _t("Sign up"),
        SIGN_UP,
        by=_sign_up_closes,
        tag=_t("sign-up open"),
        kind="active",
    ),
    "name_due": Sentence(
        30,
        _t("You have completed “%(edition)s”. Check the name that your certificate will carry."),
        _t("Check your name"),
        NAME,
        by=_certificates,
        tag=_t("completed"),
        kind="good",
    ),
    # -- what is to be done now, unless what is taught says it better
    "phase_open": Sentence(
        59,
        _t("You are taking part in “%(phase)s”."),
        _t("See your place"),
        PLACE,
        by=_phase_closes,
        tag=_t("taking part"),
        kind="active",
    ),
    # -- what comes by itself
    "phase_ahead": Sentence(
        60,
        _t("Your place is confirmed. “%(phase)s” opens on %(when)s."),
        _t("See your place"),
        PLACE,
        when=_phase_opens,
        tag=_t("place confirmed"),
        kind="good",
    ),
    "sign_up_ahead": Sentence(
        61,
        _t("You completed “%(before)s”. The sign-up for “%(phase)s” opens on %(when)s."),
        _t("See your place"),
        PLACE,
        when=_sign_up_opens,
        tag=_t("taking part"),
        kind="good",
    ),
    "awaiting": Sentence(
        65,
        _t("Your application %(code)s is being considered."),
        _t("See your application"),
        APPLICATION,
        tag=_t("submitted"),
    ),
    "waiting": Sentence(
        66,
        _t("You are on the waiting list of “%(edition)s”. We write to you if a place opens."),
        _t("Read the outcome"),
        OUTCOME,
        tag=_t("on the waiting list"),
    ),
    "submitted": Sentence(
        67,
        _t("Your application %(code)s is submitted. You can change it until the close."),
        _t("See your application"),
        APPLICATION,
        tag=_t("submitted"),
        kind="good",
    ),
    "undoable": Sentence(
        70,
        _t("You left your place in “%(edition)s”. It is still free, and you can come back."),
        _t("See how to come back"),
        PLACE,
        by=_undo_until,
        tag=_t("place left"),
    ),
    "returnable": Sentence(
        72,
        _t("You withdrew your application %(code)s. Until the close you can bring it back."),
        _t("See your application"),
        APPLICATION,
        by=_window_closes,
        tag=_t("withdrawn"),
    ),
    # -- what is over
    "too_late": Sentence(
        80,
        _t("The time to answer for your place in “%(edition)s” has passed."),
        _t("Read what you can do"),
        OUTCOME,
        tag=_t("not answered in time"),
        kind="warn",
    ),
    "phase_closed": Sentence(
        81,
        _t("“%(phase)s” has closed, and you did not complete it."),
        _t("See your place"),
        PLACE,
        tag=_t("not completed"),
    ),
    "sign_up_missed": Sentence(
        82,
        _t("You completed “%(before)s”. The sign-up for “%(phase)s” has closed."),
        _t("See your place"),
        PLACE,
        tag=_t("not signed up"),
    ),
    "cancelled": Sentence(
        83,
        _t("“%(edition)s” is not taking place. You do not have to do anything."),
        tag=_t("cancelled"),
    ),
    "completed": Sentence(
        85,
        _t("You have completed “%(edition)s”."),
        _t("See your place"),
        PLACE,
        tag=_t("completed"),
        kind="good",
    ),
    "not_completed": Sentence(
        86,
        _t("“%(edition)s” has ended without your completing it. What you did stays recorded."),
        _t("See your place"),
        PLACE,
        tag=_t("not completed"),
    ),
    "not_selected": Sentence(
        87,
        _t("You have not been selected for “%(edition)s”."),
        _t("Read the outcome"),
        OUTCOME,
        tag=_t("not selected"),
    ),
    "ineligible": Sentence(
        87,
        _t("Your application to “%(edition)s” does not meet a requirement."),
        _t("Read which one"),
        OUTCOME,
        tag=_t("requirement not met"),
    ),
    "waited": Sentence(
        88,
        _t("The waiting list of “%(edition)s” is closed, and no place opened for you."),
        _t("Read the outcome"),
        OUTCOME,
        tag=_t("waiting list closed"),
    ),
    "declined": Sentence(
        90,
        _t("You declined your place in “%(edition)s”."),
        tag=_t("place declined"),
    ),
    "left": Sentence(
        91,
        _t("You no longer take part in “%(edition)s”. What you completed stays recorded."),
        _t("See your place"),
        PLACE,
        tag=_t("ended"),
    ),
    "lapsed": Sentence(
        92,
        _t("Applications to “%(edition)s” have closed. Your draft was not submitted."),
        tag=_t("draft, not submitted"),
    ),
    "withdrawn": Sentence(
        93,
        _t("You withdrew your application to “%(edition)s”."),
        _t("See your application"),
        APPLICATION,
        tag=_t("withdrawn"),
    ),
    "merged": Sentence(
        94,
        _t("Your application %(code)s was merged with another of yours, which counts."),
        tag=_t("merged"),
    ),
    # -- what is said only to who stands nowhere; to others the card says it
    "open": Sentence(
        95,
        _t("Applications to “%(edition)s” are open."),
        _t("Apply"),
        FORM,
        by=_window_closes,
        takes=TO_FILL_IN,
    ),
}
AWAITING_RELEASE = _t(
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
    """Every edition in which the person has an application or a place, with the ways there, then
    those they may still apply to. None for who stands nowhere: their next step says it all."""
    standings = standings_of(person, at)
    rows = [_row(standing) for standing in standings if standing.state != "open"]
    open_to = [step_of(standing, at) for standing in standings if standing.state == "open"]
    if not rows:
        return None
    return Card(10, "enrollment/home_card.html", {"rows": rows, "open_to": open_to})


def _row(standing: Standing) -> dict:
    sentence = SENTENCES[standing.state]
    links = [(text, address(page, standing)) for text, page in _pages(standing)]
    return {"edition": standing.edition, "sentence": sentence, "links": links}


def _pages(standing: Standing):
    if standing.state == "cancelled":
        return
    if standing.state == "draft":
        yield _t("Your draft"), FORM
    elif standing.application and standing.application.submitted_at:
        yield _t("Your application"), APPLICATION
    if standing.outcome.state != "unknown":
        yield _t("The outcome"), OUTCOME
    if standing.enrollment:
        yield _t("Your place"), PLACE
