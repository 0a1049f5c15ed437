"""What the mails of a program may leave open in their text, and where each value comes from: from
the context of the letter, as `enrollment.emails` gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import emails
from enrollment.models import Decision, Outcome
from enrollment.rules.decisions import why_ineligible
from enrollment.rules.eligibility import still_to_show
from enrollment.rules.reconsiderations import reconsider_until
from lms.mail.kinds import Placeholder, Sort
from lms.templatetags.times import deadline_text

SAMPLE_INSTANT = datetime(2027, 4, 13, 7, tzinfo=UTC)
SAMPLE_ZONE = "America/Tijuana"
SAMPLE_MOMENT = (SAMPLE_INSTANT, SAMPLE_ZONE)

Value = Callable[[Mapping], object]


def text(name: str, about, value: Value, example) -> Placeholder:
    return Placeholder(name, Sort.TEXT, about, value, example)


def typed(name: str, about, value: Value) -> Placeholder:
    return Placeholder(name, Sort.PERSON, about, value, "Rosa Medina Quispe")


def words(name: str, about, value: Value) -> Placeholder:
    example = gettext_lazy("What was written, in one paragraph or in several.")
    return Placeholder(name, Sort.WORDS, about, value, example)


def number(name: str, about, value: Value) -> Placeholder:
    return Placeholder(name, Sort.NUMBER, about, value, 12)


def deadline(
    about, value: Value, *, name="deadline", zone="deadline_zone", optional=False
) -> Placeholder:
    """The last moment before an instant, by the day that the edition announces in its `zone`."""
    return Placeholder(name, Sort.DEADLINE, about, _in(value, zone), SAMPLE_MOMENT, optional)


def moment(name: str, about, value: Value, *, optional=False) -> Placeholder:
    return Placeholder(name, Sort.MOMENT, about, _in(value, "ruling_zone"), SAMPLE_MOMENT, optional)


def link(about, value: Value) -> Placeholder:
    return Placeholder("link", Sort.LINK, about, value, "/…/…")


def _in(value: Value, zone: str) -> Value:
    def instant_and_zone(context):
        instant = value(context)
        return instant and (instant, getattr(context["edition"], zone))

    return instant_and_zone


def path(name: str) -> Value:
    """The address of a page of the edition, in the reader's language."""

    def of_the_edition(context):
        edition = context["edition"]
        return reverse(f"enrollment:{name}", args=[edition.program.slug, edition.slug])

    return of_the_edition


def home(_context) -> str:
    return reverse("home")


def row(context):
    """The application or place of the reader."""
    return context.get("application") or context["enrollment"]


NAME = typed("name", gettext_lazy("The reader’s name."), lambda c: emails.name_of(row(c)))
PROGRAM = text(
    "program",
    gettext_lazy("The program’s title."),
    lambda c: c["edition"].program.title,
    gettext_lazy("Program for judges"),
)
EDITION = text(
    "edition",
    gettext_lazy("The edition’s title."),
    lambda c: c["edition"].title,
    gettext_lazy("First edition"),
)
CODE = text(
    "code", gettext_lazy("The application’s code."), lambda c: c["application"].code, "R7K2M9QD"
)
PHASE = text(
    "phase",
    gettext_lazy("The phase’s title."),
    lambda c: (c["phase"] if "phase" in c else c["window"].phase).title,
    gettext_lazy("Phase 1"),
)
RANK = number(
    "rank",
    gettext_lazy("The reader’s number on the waitlist."),
    lambda c: c["decision"].waitlist_rank,
)
TITLES = (PROGRAM, EDITION)
OF_APPLICATION = (NAME, *TITLES, CODE)
OF_PLACE = (NAME, *TITLES)

HOME = link(gettext_lazy("The reader’s page, where all that concerns them is."), home)
FORM = link(gettext_lazy("The application’s form."), path("application_form"))
STATUS = link(gettext_lazy("The page of the application."), path("application_status"))
OUTCOME = link(gettext_lazy("The page of the outcome."), path("outcome"))
NAME_PAGE = link(
    gettext_lazy("The page on which the name is confirmed or corrected."), path("enrollment_name")
)
SIGN_UP = link(
    gettext_lazy("The page on which one signs up for the phase."),
    lambda c: reverse(
        "enrollment:phase_sign_up",
        args=[c["edition"].program.slug, c["edition"].slug, c["window"].phase.order],
    ),
)

WINDOW_CLOSE = deadline(
    gettext_lazy("Until when the application can be submitted or changed."),
    lambda c: c["window"].closes_at,
)
RETURN_UNTIL = deadline(
    gettext_lazy("Until when it can be brought back, where it can."),
    lambda c: c["return_until"],
    optional=True,
)
RELEASE = moment(
    "release",
    gettext_lazy("When the decisions are released, where there is a release."),
    lambda c: c["edition"].release_planned_at,
    optional=True,
)
RESPOND_BY = deadline(
    gettext_lazy("Until when the place can be confirmed."), lambda c: c["offer"].respond_by
)


def offered_until(context) -> datetime | None:
    """Until when the place is held that the outcome brought; None where it brought none."""
    decision: Decision = context["decision"]
    offer = getattr(context["application"], "offer", None)
    return offer.respond_by if offer and decision.outcome == Outcome.SELECTED else None


OFFERED_UNTIL = deadline(gettext_lazy("Until when the place can be confirmed."), offered_until)
OFFERED_DAY = Placeholder(
    "deadline_day",
    Sort.DAY,
    gettext_lazy("The last day for it, without the hour: for the subject."),
    _in(offered_until, "deadline_zone"),
    SAMPLE_MOMENT,
)
OFFERED_IF_SELECTED = deadline(
    gettext_lazy("Until when the place can be confirmed, where the outcome brings one."),
    offered_until,
    optional=True,
)
LAST_ENTRY = deadline(
    gettext_lazy("Until when places are given on, where the edition says so."),
    lambda c: c["edition"].last_entry_at,
    name="last_entry",
    optional=True,
)
OUTCOME_NOW = text(
    "outcome",
    gettext_lazy("The outcome, in a word."),
    lambda c: c["decision"].get_outcome_display(),
    Outcome.WAITLISTED.label,
)
NOTHING_TO_DO = gettext_lazy("You do not have to do anything until then.")
TO_DO = text(
    "to_do",
    gettext_lazy("What the reader has to show before being called, or that nothing is to be done."),
    lambda c: still_to_show(c["application"]) or NOTHING_TO_DO,
    NOTHING_TO_DO,
)
INELIGIBLE_BECAUSE = text(
    "reason",
    gettext_lazy("The requirement that is not met, as a sentence."),
    lambda c: why_ineligible(c["application"]),
    gettext_lazy("One of the published requirements is not met."),
)


def reconsideration(context) -> str | None:
    """Until when it can be asked for, or that it no longer can; None where nobody asks for it."""
    edition = context["edition"]
    until = reconsider_until(edition)
    if until is None:
        return None
    named = {"deadline": deadline_text(until, edition.deadline_zone)}
    if "at" in context and context["at"] >= until:
        return _("Reconsideration can no longer be asked for. It could be, up to %(deadline)s.") % (
            named
        )
    return (
        _(
            "You can ask for reconsideration once, up to %(deadline)s, on the page of your result."
            " Somebody who did not decide your application answers."
        )
        % named
    )


RECONSIDERATION = Placeholder(
    "reconsideration",
    Sort.TEXT,
    gettext_lazy(
        "Sentences: until when reconsideration can be asked for, or that it no longer can; where"
        " the edition has it."
    ),
    reconsideration,
    gettext_lazy("Reconsideration can no longer be asked for."),
    is_optional=True,
)


def consequence(context) -> str:
    if context["edition"].is_selective:
        return _("It no longer takes part in the selection.")
    return _("It no longer waits for a place.")


CONSEQUENCE = text(
    "consequence",
    gettext_lazy("A sentence: that it takes part in no selection, or waits for no place."),
    consequence,
    gettext_lazy("It no longer takes part in the selection."),
)


def start(context) -> str:
    """When one starts, after “Place confirmed:”."""
    if context["has_begun"]:
        return _("you can start now")
    return _("we start on %(start)s") % {"start": OPENS.written(context)}


def beginning(context) -> str:
    """The same as a sentence."""
    named = {"phase": PHASE.written(context), "start": OPENS.written(context)}
    if context["has_begun"]:
        return _("“%(phase)s” is open: you can start now.") % named
    return _("“%(phase)s” opens on %(start)s.") % named


OPENS = moment("opens", "", lambda c: c["phase"].opens_at)
START = text(
    "start",
    gettext_lazy("When one starts, in some words: at once, or on the day the phase opens."),
    start,
    gettext_lazy("you can start now"),
)
BEGINNING = text(
    "beginning",
    gettext_lazy("A sentence: that the phase is open, or when it opens."),
    beginning,
    gettext_lazy("“Phase 1” is open: you can start now."),
)

# -- what staff wrote, and what holds for one reader --------------------------------------

QUESTION = words(
    "question", gettext_lazy("What is asked, as it was typed."), lambda c: c["request"].text
)
READ_UNTIL = deadline(
    gettext_lazy("Until when the answer is read, where the edition says so."),
    lambda c: c["edition"].selection_locks_at,
    name="read_until",
    zone="ruling_zone",
    optional=True,
)
ANSWER = words(
    "answer",
    gettext_lazy("The answer, as it was typed."),
    lambda c: c["reconsideration"].answer,
)
EXTENSION_CODE = text(
    "extension_code",
    gettext_lazy("The code that opens the form."),
    lambda c: c["code"].code,
    "R7K2M9QD",
)
CODE_EXPIRES = deadline(
    gettext_lazy("Until when the code opens the form."), lambda c: c["code"].expires_at
)
UNDO_UNTIL = deadline(
    gettext_lazy("Until when one can come back, while a phase is still to close."),
    lambda c: c["undo_until"],
    optional=True,
)
PHASE_CLOSE = deadline(gettext_lazy("When the phase closes."), lambda c: c["phase"].closes_at)
OWN_CLOSE = deadline(gettext_lazy("When the phase closes for this reader."), lambda c: c["until"])
SIGN_UP_CLOSE = deadline(
    gettext_lazy("Until when one can sign up."), lambda c: c["window"].closes_at
)
CERTIFICATE_NAME = typed(
    "certificate_name",
    gettext_lazy("The name as it will stand on the certificate."),
    lambda c: c["enrollment"].certificate_name,
)
NAME_BY = deadline(
    gettext_lazy("Until when the name can be corrected, where the edition says so."),
    lambda c: c["edition"].certificates_planned_at,
    optional=True,
)
