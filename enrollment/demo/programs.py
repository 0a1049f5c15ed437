"""The program, its staff and its editions."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.totp.internal.auth import TOTP

from enrollment.demo.calendars import DEADLINES, RULING, Calendar, calendar_of
from enrollment.demo.data import PARTICIPANTS, accounts_of, read
from enrollment.forms.definitions import default_form
from enrollment.models import (
    ApplicantRole,
    Edition,
    EditionStatus,
    Phase,
    Program,
    RegistrationWindow,
    WindowKind,
)
from enrollment.services import joint
from enrollment.services.staff import grant_role
from lms import journal
from lms.accounts.models import User
from lms.hooks import DemoStage

ADMINISTRATOR = "administrator"  # of the site, with no role in a program
DEVICE = "JBSWY3DPEHPK3PXP"  # the staff's second factor: a secret that keeps nothing secret
CAPACITIES = {"2019": 1000, "edicion-2": 200, "edicion-3": 200, "edicion-4": 1000}
FACTS = ("title", "summary", "prerequisite", "organizer", "contact_email", "privacy_email")


def make_program(says: dict | None = None) -> Program:
    """The program as its file says it: the judges' one, or another."""
    says = says or read("program")
    program = Program.objects.create(
        slug=says["slug"],
        needs_alumni=says["needs_alumni"],
        eligible_countries=says["eligible_countries"],
        **{name: says[name] for name in FACTS},
    )
    ApplicantRole.objects.bulk_create(
        ApplicantRole(program=program, sort_order=order, **role)
        for order, role in enumerate(says["roles"])
    )
    return program


def make_staff(program: Program, people: dict[str, User], at: datetime) -> dict[str, User]:
    """Roles and a second factor for each of the staff. Gives the first holder of each role."""
    first = {}
    for row in accounts_of(program.slug):
        if row["role"] in PARTICIPANTS:
            continue
        person = people[row["email"]]
        person.time_zone = RULING
        person.save(update_fields=["time_zone"])
        if row["role"] == ADMINISTRATOR:
            User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
        else:
            grant_role(person, program, row["role"], by=None, at=at)
        TOTP.activate(person, DEVICE)
        first.setdefault(row["role"], person)
    return first


def make_edition(program: Program, slug: str, stage: DemoStage) -> Edition:
    """A draft with its phases and windows."""
    dates = calendar_of(program.slug, slug, stage.today)
    edition = Edition.objects.create(
        program=program,
        slug=slug,
        title=read("texts")["editions"][slug],
        capacity=stage.scaled(CAPACITIES.get(slug, 1000)),
        ruling_zone=RULING,
        deadline_zone=DEADLINES,
        selection_locks_at=dates.opening(dates.lock, 18),
        release_planned_at=dates.opening(dates.release, 10),
        offers_respond_by=dates.deadline(dates.respond_by),
        last_entry_at=dates.deadline(dates.last_entry),
        certificates_planned_at=dates.opening(dates.certificates, 10),
    )
    one, _two = [
        Phase.objects.create(
            edition=edition,
            order=order,
            title=title,
            hours=hours,
            required_activities=None if order == 1 else 2,
            **dates.span(days),
        )
        for order, title, hours, days in zip(
            (1, 2),
            read("program")["phases"],
            read("program")["phase_hours"],
            (dates.phase_one, dates.phase_two),
            strict=True,
        )
    ]
    _make_windows(edition, one, dates)
    return edition


def _make_windows(edition: Edition, one: Phase, dates: Calendar) -> None:
    RegistrationWindow.objects.create(edition=edition, phase=one, **dates.span(dates.window))
    if dates.sign_up:
        RegistrationWindow.objects.create(
            edition=edition,
            phase=edition.phases.get(order=2),
            kind=WindowKind.SIGN_UP,
            **dates.span(dates.sign_up),
        )


def publish(edition: Edition, coordinator: User, second: User) -> None:
    """As two people do it, two weeks before the window opens."""
    window = edition.windows.order_by("opens_at").first()
    at = window.opens_at - timedelta(days=14)
    together("publish", edition, coordinator, second, at)
    edition.refresh_from_db()


def freeze(edition: Edition) -> None:
    """The forms of the windows that have opened, as whoever came first would have frozen them."""
    for window in edition.windows.all():
        window.form, window.form_frozen_at = default_form(), window.opens_at
        window.save(update_fields=["form", "form_frozen_at"])


def together(act: str, row, asks: User, confirms: User, at: datetime) -> None:
    """One asks, half an hour later the other confirms."""
    asked = joint.ask(act, row, by=asks, at=at)
    joint.confirm(asked, by=confirms, at=at + timedelta(minutes=30))


def archive(edition: Edition, coordinator: User) -> None:
    """Over, and its time of keeping as well: locked, released, closed, archived."""
    at = edition.certificates_planned_at + timedelta(days=4)
    edition.status = EditionStatus.ARCHIVED
    edition.decisions_locked_at = edition.selection_locks_at
    edition.released_at = edition.release_planned_at
    edition.closed_at = at
    edition.save()
    journal.record(edition, "enrollment.close_edition", by=coordinator, at=at)
    kept = timedelta(days=edition.program.keep_participants_days)
    journal.record(edition, "enrollment.archive_edition", by=None, at=at + kept)
