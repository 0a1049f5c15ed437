"""What the roof asks of the apps: the values that our own Wagtail hooks give and take.

| hook                | called with              | gives                               |
|---------------------|--------------------------|-------------------------------------|
| `home_card`         | user, at                 | `Card` or None                      |
| `next_step`         | user, at                 | `NextStep` or None                  |
| `calendar_entries`  | edition_id, at           | list of `CalendarEntry`             |
| `person_panel`      | person, program_id, at   | `Panel` or None                     |
| `person_history`    | person, program_ids      | rows whose log is of the person     |
| `edition_panel`     | edition, at              | `Panel` or None                     |
| `places_progress`   | {enrollment: phase}, at  | `{enrollment: Progress}`, by ids    |
| `places_behind`     | phase_id, at             | a `Q` on enrollments, or None       |
| `export_person`     | person                   | `(section, dicts, labels, words)`   |
| `export_files`      | person                   | iterable of `(path, open file)`     |
| `erase_person`      | person, by, at           | None: erases its own rows           |
| `address_proved`    | person, at               | None: an address became the person's |
| `backup_reason`     | person, at               | `Reason` or None                    |
| `may_erase`         | person, at               | `Decision` that refuses, or None    |
| `sweep`             | at                       | None: keeps its retention periods   |
| `demo_accounts`     |                          | list of `DemoAccount`               |
| `demo_build`        | `DemoStage`              | None: builds its part of the demo   |
| `demo_move`         | days                     | None: moves its living rows by days |
| `site_menu`         | request                  | list of `{text, url}`, `place: foot` |
| `health`            | at                       | list of `Finding`                   |
| `schedules`         |                          | list of `Schedule`                  |
| `message_kinds`     |                          | list of `Kind` (`lms.mail.kinds`)   |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from wagtail import hooks


@dataclass(frozen=True)
class Card:
    """A card on the participant's home, drawn with `template` and `context`; low `order` first.
    `calendars` are the editions (id, title) whose calendars belong below."""

    order: int
    template: str
    context: dict = field(default_factory=dict)
    calendars: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class NextStep:
    """What a person should do next. The home shows the one with the lowest `priority`: 10 to 39
    for what is lost at a deadline, 40 to 59 for what is to be learned and done now, 60 to 79 for
    what comes by itself, 80 to 99 for what is over.

    `standing` is one sentence of where the person stands, `by` the UTC deadline (exclusive),
    `zone` the zone in which the deadline was announced, `takes` minutes it takes."""

    priority: int
    standing: str
    text: str
    url: str = ""
    by: datetime | None = None
    zone: str = "UTC"
    takes: int | None = None
    edition_id: int | None = None


@dataclass(frozen=True)
class Reason:
    """Why a person may want to do something on the roof's pages, beside what these say, and the
    page, named `link`, to which they go back from it."""

    text: str
    url: str
    link: str


@dataclass(frozen=True)
class CalendarEntry:
    """A span (`starts_at <= at < ends_at`) or an instant (`ends_at` None) of an edition, its days
    announced in `zone`."""

    starts_at: datetime
    ends_at: datetime | None
    text: str
    kind: str  # window, decisions, phase, module, discussion, certificates
    key: str = ""
    zone: str = "UTC"


@dataclass(frozen=True)
class Panel:
    """A part of staff's page of a person or of an edition."""

    order: int
    heading: str
    template: str
    context: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a place is in one phase: `done` of the activities `required` to complete it, never
    more than these. `due` is how many are done by whoever keeps pace. `last_seen` is the UTC
    instant at which the person last did anything in the edition."""

    done: int
    required: int
    due: int = 0
    last_seen: datetime | None = None

    @property
    def is_behind(self) -> bool:
        return self.done < self.due


@dataclass(frozen=True)
class DemoAccount:
    """Somebody of the demonstration whom a newcomer may be. `about` is `{language: text}`."""

    order: int
    email: str
    name: str
    language: str
    role: dict
    about: dict
    is_staff: bool = False


@dataclass(frozen=True)
class DemoStage:
    """Where the demonstration is built: on which day its living editions stand, and with what
    luck. `scale` makes everything smaller, for tests."""

    today: date
    scale: float = 1.0
    seed: str = "2019"

    def on(self, days: int, hour: int = 12, minute: int = 0) -> datetime:
        """The UTC instant `days` after today (before, where negative)."""
        return datetime.combine(self.today + timedelta(days), time(hour, minute), UTC)

    def luck(self, name: str) -> Random:
        """Random numbers of its own for each thing `name`: the same on every machine."""
        return Random(f"{self.seed}:{name}")  # noqa: S311

    def scaled(self, count: int) -> int:
        """`count` at this scale, at least one where there is any."""
        return max(1, round(count * self.scale)) if count else 0


@dataclass(frozen=True)
class Finding:
    """Something an operator should know: `level` is `ok`, `warning` or `error`."""

    level: str
    name: str
    text: str


@dataclass(frozen=True)
class Schedule:
    """Work that the site does by the clock: the worker calls `func` (a dotted path, without
    arguments) every so many `minutes`, or at the times of `cron`, which are UTC. What is allowed
    never waits for it."""

    name: str
    func: str
    minutes: int | None = None
    cron: str = ""


def ask(name: str, *args) -> list:
    """Every hook's answer to the question `name`, without the empty ones."""
    answers = (hook(*args) for hook in hooks.get_hooks(name))
    return [answer for answer in answers if answer is not None]
