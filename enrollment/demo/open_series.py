"""A program of open admission as its files describe it: people come by the real services, in the
order of chance, get a seat or wait, and some give theirs back."""

from __future__ import annotations

from datetime import datetime, timedelta

from enrollment.demo import programs
from enrollment.demo.calendars import Calendar, calendar_of
from enrollment.demo.data import accounts_of
from enrollment.demo.people import Profile, language_of, make_users, profiles
from enrollment.demo.selection import Office
from enrollment.forms.conditions import asked_in
from enrollment.forms.definitions import answered, form_of
from enrollment.models import (
    AdmissionMode,
    Application,
    Edition,
    EnrollmentStatus,
    Offer,
    Phase,
    Program,
    RegistrationWindow,
)
from enrollment.services.applications import CODE_LENGTH, UNAMBIGUOUS, submit_application
from enrollment.services.enrollments import withdraw_enrollment
from enrollment.services.offers import accept_offer
from enrollment.services.waitlist import call_waitlist
from enrollment.services.windows import change_form, checksum_of, freeze_form
from lms.accounts.models import User
from lms.demo.described import Described
from lms.hooks import DemoStage

SINCE = timedelta(days=2)  # nobody comes in the last days: the stage holds for a while
AT_LEAST = 20  # applications of an edition, however small the demonstration
ANNOUNCED = timedelta(days=20)  # before the window opens


def build(one: Described, people: dict[str, User], stage: DemoStage, first_number: int) -> None:
    """The program, its staff and its editions with all who came."""
    says = one.read("program")
    program = programs.make_program(says)
    staff = programs.make_staff(program, people, stage.on(-400))
    office = Office(staff["coordinator"], staff["second_approver"])
    for place, edition_says in enumerate(says["editions"]):
        edition = make_edition(program, edition_says, says, stage)
        publish(edition, one.read("form"), office)
        arrivals = Arrivals(edition, one, stage, first_number + 1000 * place)
        arrivals.come(edition_says, people)


def scaled(edition: dict, stage: DemoStage, count: int) -> int:
    """`count` people of an edition at the scale of the demonstration; the edition keeps as many
    applications as it takes for each account to stand at its stage."""
    whole = edition["applications"]
    return round(count * min(1, max(stage.scale, AT_LEAST / whole)))


def make_edition(program: Program, edition: dict, says: dict, stage: DemoStage) -> Edition:
    """A draft with its only phase and window."""
    dates = calendar_of(program.slug, edition["slug"], stage.today)
    made = Edition.objects.create(
        program=program,
        slug=edition["slug"],
        title=edition["title"],
        admission_mode=AdmissionMode.OPEN,
        capacity=scaled(edition, stage, edition["capacity"]),
        languages=says["languages"],
        ruling_zone=programs.RULING,
        deadline_zone=programs.DEADLINES,
        last_entry_at=dates.deadline(dates.last_entry),
        certificates_planned_at=dates.opening(dates.certificates, 10),
    )
    _make_phase(made, says["phase"], dates)
    return made


def _make_phase(edition: Edition, says: dict, dates: Calendar) -> None:
    phase = Phase.objects.create(
        edition=edition,
        order=1,
        title=says["title"],
        hours=says["hours"],
        required_activities=says["required_activities"],
        **dates.span(dates.phase_one),
    )
    RegistrationWindow.objects.create(edition=edition, phase=phase, **dates.span(dates.window))


def publish(edition: Edition, form: list[dict], office: Office) -> None:
    """Its own form, then published by two people; the form is frozen by whoever comes first."""
    window = edition.windows.get()
    change_form(
        window,
        form,
        seen=checksum_of(form_of(window)),
        by=office.coordinator,
        at=window.opens_at - ANNOUNCED,
    )
    programs.publish(edition, office.coordinator, office.second)
    freeze_form(edition.windows.select_related("edition").get(), at=window.opens_at)


class Arrivals:
    """Those who apply to one edition. `number` keeps the addresses of editions apart."""

    def __init__(self, edition: Edition, one: Described, stage: DemoStage, number: int):
        self.edition, self.says, self.number = edition, one.read("people"), number
        self.languages = one.languages
        self.window = edition.windows.select_related("edition__program").get()
        self.form = self.window.form
        self.stage = stage
        self.luck = stage.luck(f"{one.slug}:{edition.slug}")
        self.until = min(self.window.closes_at, stage.on(0)) - SINCE

    def come(self, says: dict, people: dict[str, User]) -> None:
        total = scaled(says, self.stage, says["applications"])
        crowd = profiles(total, self.luck, says=self.says)
        sent = sorted(self._instant() for _one in crowd)
        own = self._own_accounts(total)
        crowd = [own[place][0] if place in own else one for place, one in enumerate(crowd)]
        joined = [at - timedelta(hours=self.luck.randint(1, 40)) for at in sent]
        others = [place for place in range(total) if place not in own]
        invented = make_users(
            [crowd[place] for place in others], self.number, [joined[place] for place in others]
        )
        users = dict(zip(others, invented, strict=True))
        for place, (profile, row) in own.items():
            users[place] = self._account(people[row["email"]], profile, joined[place])
        for place, (profile, at) in enumerate(zip(crowd, sent, strict=True)):
            self._apply(users[place], profile, at)
        self._leave(scaled(says, self.stage, says["left"]))

    def _own_accounts(self, total: int) -> dict[int, tuple[Profile, dict]]:
        """The accounts that stand in this edition, by their place in the order of arrival, of
        which their row says the share of all who came before."""
        rows = accounts_of(self.edition.program.slug)
        mine = [row for row in rows if row.get("edition") == self.edition.slug]
        return {
            min(int(total * row["arrives"]), total - 1): (self._profile(row), row) for row in mine
        }

    def _profile(self, row: dict) -> Profile:
        given, _space, family = row["name"].partition(" ")
        zone = self.says["countries"][row["country"]]["zone"]
        language = row["language"]
        return Profile(given, family, row["country"], zone, language, row["job"], *[""] * 5)

    def _account(self, person: User, profile: Profile, joined: datetime) -> User:
        person.time_zone, person.date_joined = profile.zone, joined
        person.save(update_fields=["time_zone", "date_joined"])
        return person

    def _instant(self) -> datetime:
        """Many come on the first days: who comes first is served first."""
        share = self.luck.random() ** 2
        return self.window.opens_at + (self.until - self.window.opens_at) * share

    def _apply(self, user: User, profile: Profile, at: datetime) -> None:
        draft = Application.objects.create(
            person=user,
            edition=self.edition,
            window=self.window,
            code="".join(self.luck.choice(UNAMBIGUOUS) for _place in range(CODE_LENGTH)),
            draft=self._typed(profile),
            revision=1,
            created_at=at - timedelta(minutes=self.luck.randint(3, 40)),
            saved_at=at,
        )
        submit_application(draft, by=user, at=at, revision=1)

    def _typed(self, profile: Profile) -> dict[str, str]:
        known = {
            "given_names": profile.given,
            "family_names": profile.family,
            "certificate_name": profile.full_name,
            "country": profile.country,
            "role": profile.role,
            "language": self._language(profile),
        }
        typed = {}
        for field in answered(self.form):
            if field["kind"] == "consent":
                typed[field["id"]] = field["version"]
            else:
                typed[field["id"]] = known.get(field["id"]) or self._drawn(field["id"], profile)
        asked = asked_in(self.form, typed)
        return {name: value if name in asked else "" for name, value in typed.items()}

    def _language(self, profile: Profile) -> str:
        own = profile.language or language_of(profile.country)
        return own if own in self.languages else self.languages[0]

    def _drawn(self, name: str, profile: Profile) -> str:
        """One of the answers that the file gives, or of those in the person's language."""
        answers = self.says["answers"].get(name, [""])
        if isinstance(answers, dict):
            answers = answers[self._language(profile)]
        return self.luck.choice(answers)

    def _leave(self, count: int) -> None:
        """Some give their seat back; the next on the list are called, and take it."""
        accounts = [row["email"] for row in accounts_of(self.edition.program.slug)]
        seated = self.edition.enrollments.filter(status=EnrollmentStatus.CONFIRMED)
        seated = list(seated.exclude(person__email__in=accounts).order_by("pk"))
        at = self.until
        for place in self.luck.sample(seated, min(count, len(seated))):
            at += timedelta(hours=self.luck.randint(2, 5))
            withdraw_enrollment(place, by=place.person, at=at)
            call_waitlist(self.edition, at + timedelta(minutes=5))
            for offer in Offer.objects.pending().filter(edition=self.edition):
                person = offer.application.person
                accept_offer(offer, by=person, at=at + timedelta(minutes=50))
