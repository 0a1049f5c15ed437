"""A participant's way through what is taught: the home's next step, and the card beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from content.models import Attempt
from content.progress import Learning, LessonState, ModuleState
from content.queries import activities_of, edition_url, learning_of, modules_of
from content.queries_discussions import DiscussionState, discussions_of
from content.rules.quizzes import can_start
from enrollment.rules.phases import PhaseStanding
from enrollment.standing import opened_to
from lms.hooks import Card, NextStep
from lms.kept import asked_once
from lms.templatetags.times import moment_text

PRIORITY = 50
QUIZ_TAKES = 20  # minutes


@dataclass
class Way:
    """A phase that has opened to the person, and where they stand in what is taught there."""

    standing: PhaseStanding
    at: datetime

    @cached_property
    def learning(self) -> Learning:
        return learning_of(self.standing, self.at)


@asked_once
def ways_of(user, at: datetime) -> list[Way]:
    """The person's ways, the newest edition first."""
    return [Way(one, at) for one in opened_to(user, at) if modules_of(one.phase.pk)]


def next_step(user, at: datetime) -> NextStep | None:
    """What to read or answer next, in a phase that still runs."""
    for way in ways_of(user, at):
        if way.standing.work(at) and not way.standing.is_completed:
            return step_of(way, at)
    return None


def step_of(way: Way, at: datetime) -> NextStep:
    learning, phase = way.learning, way.standing.phase
    done = _("“%(phase)s”: %(completed)s of %(required)s modules completed.") % {
        "phase": phase.title,
        "completed": learning.completed,
        "required": learning.required,
    }
    following = learning.next_lesson
    if following is None:
        return wait_for(way, done, at)
    state, lesson = following
    if lesson is None:
        return quiz_step(way, state, done, at)
    return lesson_step(way, state, lesson, done)


def step(way: Way, standing: str, text: str, url: str, *, takes=None, by=None) -> NextStep:
    edition = way.standing.phase.edition
    return NextStep(
        PRIORITY,
        standing=standing,
        text=text,
        url=url,
        by=by or way.standing.closes_at,
        zone=edition.deadline_zone,
        takes=takes,
        edition_id=edition.pk,
    )


def lesson_step(way: Way, state: ModuleState, lesson: LessonState, done: str) -> NextStep:
    text = _("Read “%(lesson)s”") % {"lesson": lesson.page.title}
    return step(way, done, text, lesson.page.url, takes=lesson.page.minutes)


def quiz_step(way: Way, state: ModuleState, done: str, at: datetime) -> NextStep:
    """The quiz, or why it cannot be tried now."""
    url = reverse("content:quiz", args=[state.module.pk])
    tried = list(Attempt.objects.filter(enrollment=way.standing.enrollment, module=state.module))
    if tried and tried[-1].is_in_progress:
        text = _("Go on with the quiz of “%(module)s”") % {"module": state.module}
        return step(way, done, text, url, takes=QUIZ_TAKES)
    answer = can_start(state.module, tried, at)
    if answer:
        text = _("Answer the quiz of “%(module)s”") % {"module": state.module}
        return step(way, done, text, url, takes=QUIZ_TAKES)
    standing = str(answer.reason)
    if answer.opens_at:
        zone = way.standing.phase.edition.ruling_zone
        standing = _("The next attempt at the quiz of “%(module)s” can begin on %(when)s.") % {
            "module": state.module,
            "when": moment_text(answer.opens_at, zone),
        }
    return step(way, standing, _("See the quiz of “%(module)s”") % {"module": state.module}, url)


def wait_for(way: Way, done: str, at: datetime) -> NextStep:
    """All that is open is done: when the next module, or the first discussion, opens."""
    edition = way.standing.phase.edition
    ahead = [one for one in activities_of(way.standing.phase.pk) if at < one.opens_at]
    if ahead:
        done = _("You have completed what is open. “%(module)s” opens on %(when)s.") % {
            "module": ahead[0].title,
            "when": moment_text(ahead[0].opens_at, edition.ruling_zone),
        }
    return step(way, done, _("See the modules"), edition_url(edition.pk))


def home_card(user, at: datetime) -> Card | None:
    """The modules of a phase of the newest edition, and of every other in which it still runs,
    each with its state, and the discussions of that phase. Without those where the record of what
    was read is no longer kept and only its completion stands."""
    ways = ways_of(user, at)
    firsts: dict[int, Way] = {}
    for way in ways:
        firsts.setdefault(way.standing.phase.edition_id, way)
    shown = [way for way in firsts.values() if way is ways[0] or at < way.standing.closes_at]
    phases = [_phase_shown(way, at) for way in shown if _is_kept(way)]
    return Card(20, "content/home_card.html", {"phases": phases}) if phases else None


def _is_kept(way: Way) -> bool:
    return way.learning.is_completed or not way.standing.is_completed


def _phase_shown(way: Way, at: datetime) -> dict:
    phase = way.standing.phase
    discussions = discussions_of(way.standing, at)
    return {
        "phase": phase,
        "learning": way.learning,
        "discussions": discussions,
        "percent": percent_of(way, discussions),
        "url": edition_url(phase.edition_id),
    }


def percent_of(way: Way, discussions: list[DiscussionState]) -> int:
    """The share of the phase's steps that are done: lessons, quizzes, discussions."""
    if way.standing.is_completed or not discussions:
        return way.learning.percent
    modules = way.learning.modules
    steps = sum(one.steps for one in modules) + len(discussions)
    left = sum(one.steps_left for one in modules) + sum(not one.is_met for one in discussions)
    return 100 * (steps - left) // steps
