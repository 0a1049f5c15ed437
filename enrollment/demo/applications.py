"""Applications in bulk, as people would have sent them, and the list of alumni."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from enrollment.answers import submitted_values
from enrollment.demo.data import read
from enrollment.demo.logs import log_many
from enrollment.demo.people import Profile, make_users, profiles
from enrollment.forms.applications import as_typed
from enrollment.forms.definitions import form_of
from enrollment.models import (
    AlumniImport,
    Alumnus,
    Application,
    ApplicationStatus,
    ApplicationVersion,
    Edition,
    Program,
    QuarantinedRow,
)
from enrollment.services.applications import CODE_LENGTH, UNAMBIGUOUS
from lms.accounts.models import User

CHUNK = 300
RUSH = 0.6  # most people apply in the last days
WITH_ADDRESS = ("completed", "enrolled_only")


class Crowd:
    """Applicants of one edition. `first_number` keeps the addresses of editions apart."""

    def __init__(
        self, edition: Edition, luck: Random, first_number: int, until: datetime | None = None
    ):
        self.edition = edition
        self.window = edition.windows.get(kind="application")
        self.luck = luck
        self.number = first_number
        self.until = min(self.window.closes_at, until or self.window.closes_at)
        self.roles = {role.key: role for role in edition.program.applicant_roles.all()}

    def apply(
        self, count: int, *, alumni: Mapping[str, int] | None = None, twins: int = 0
    ) -> list[Application]:
        """`count` submitted applications; the last `twins` of them are sent by people who had
        applied before, from another address."""
        people = profiles(count, self.luck, alumni)
        for first, second in zip(
            people, people[len(people) - twins :] if twins else [], strict=False
        ):
            second.given, second.family = first.given, first.family
            second.country, second.language = first.country, first.language
            second.alumni = "absent"
        sent = sorted(self._instant() for _one in people)
        users = self._users(people, sent)
        applications = [
            self._application(user, profile, at)
            for user, profile, at in zip(users, people, sent, strict=True)
        ]
        self._course_of_twins(applications, twins)
        return self._write(applications, people)

    def draft(self, count: int) -> list[Application]:
        """Applications begun and never sent."""
        people = profiles(count, self.luck)
        begun = [self._instant() for _one in people]
        drafts = []
        for user, profile, at in zip(self._users(people, begun), people, begun, strict=True):
            whole = self._application(user, profile, at)
            typed = as_typed(form_of(self.window), submitted_values(whole))
            kept = dict(list(typed.items())[: self.luck.randint(2, 9)])
            drafts.append(self._begun(user, whole.code, kept, at))
        return Application.objects.bulk_create(drafts, batch_size=CHUNK)

    def _begun(self, user: User, code: str, typed: dict, at: datetime) -> Application:
        return Application(
            person=user,
            edition=self.edition,
            window=self.window,
            code=code,
            draft=typed,
            revision=1,
            created_at=at,
            saved_at=at,
        )

    def begin(self, user: User, profile: Profile, at: datetime) -> Application:
        """One draft, all of it typed but the motivation."""
        whole = self._application(user, profile, at)
        typed = as_typed(form_of(self.window), submitted_values(whole))
        typed.pop("motivation", None)
        draft = self._begun(user, whole.code, typed, at)
        draft.save()
        return draft

    def _users(self, people: list[Profile], at: list[datetime]) -> list[User]:
        joined = [instant - timedelta(hours=self.luck.randint(1, 40)) for instant in at]
        users = make_users(people, self.number, joined)
        self.number += len(people)
        return users

    def _instant(self) -> datetime:
        share = self.luck.random() ** RUSH
        whole = self.until - self.window.opens_at
        return self.window.opens_at + timedelta(seconds=int(whole.total_seconds() * share * 0.998))

    def _application(self, user: User, profile: Profile, at: datetime) -> Application:
        texts, luck = read("texts"), self.luck
        language = profile.language
        return Application(
            person=user,
            edition=self.edition,
            window=self.window,
            code="".join(luck.choice(UNAMBIGUOUS) for _place in range(CODE_LENGTH)),
            status=ApplicationStatus.SUBMITTED,
            version=1,
            revision=2,
            given_names=profile.given,
            family_names=profile.family,
            certificate_name=profile.full_name,
            country=profile.country,
            workplace=profile.workplace,
            role=self.roles[profile.role],
            institution=texts["institutions"][profile.role][language],
            gender=profile.gender,
            language=language,
            answers={
                "basic_module_edition": luck.choice(texts["courses"][language]),
                "connection": profile.connection,
                "motivation": luck.choice(texts["motivations"][language]),
                "show_name_to_peers": luck.choice(["full_name", "full_name", "name_and_initial"]),
                "privacy_notice_version": "1",
            },
            created_at=at - timedelta(minutes=luck.randint(4, 90)),
            saved_at=at,
            submitted_at=at,
        )

    @staticmethod
    def _course_of_twins(applications: list[Application], twins: int) -> None:
        if not twins:
            return
        for first, second in zip(applications, applications[-twins:], strict=False):
            course = first.answers["basic_module_edition"]
            second.answers["basic_module_edition"] = course

    def _write(self, applications, people) -> list[Application]:
        Application.objects.bulk_create(applications, batch_size=CHUNK)
        ApplicationVersion.objects.bulk_create(
            [
                ApplicationVersion(
                    application=one, number=1, answers=submitted_values(one), at=one.submitted_at
                )
                for one in applications
            ],
            batch_size=CHUNK,
        )
        log_many(
            "enrollment.submit_application",
            [(one, "draft", one.status, one.person, one.submitted_at) for one in applications],
            version=1,
        )
        for application, profile in zip(applications, people, strict=True):
            application.profile = profile
        return applications


def make_alumni(
    program: Program, applications: list, others: int, luck: Random, *, file_name: str, by, at
) -> AlumniImport:
    """The list of who took the basic modules: applicants as their profile says, many others,
    and some rows that nobody can use."""
    source = AlumniImport.objects.create(
        program=program,
        file_name=file_name,
        checksum=hashlib.sha256(file_name.encode()).hexdigest(),
        by=by,
        at=at,
    )
    rows = [_row_of(one, luck) for one in applications if one.profile.alumni != "absent"]
    rows += [_row_of_another(profile, luck) for profile in profiles(others, luck)]
    luck.shuffle(rows)
    alumni = [
        Alumnus(program=program, source=source, line=line, raw=row, **row)
        for line, row in enumerate(rows, start=2)
    ]
    Alumnus.objects.bulk_create(alumni, batch_size=500)
    return _quarantine(source, len(alumni))


def _quarantine(source: AlumniImport, good: int) -> AlumniImport:
    bad = [row for row in read("alumni") if not row["country"] or row["name"].startswith("=")]
    QuarantinedRow.objects.bulk_create(
        QuarantinedRow(
            source=source,
            line=good + 2 + place,
            raw=row,
            reason="test_row" if row["country"] == "" else "formula",
        )
        for place, row in enumerate(bad)
    )
    source.imported, source.quarantined = good, len(bad)
    source.save(update_fields=["imported", "quarantined"])
    return source


def _row_of(application: Application, luck: Random) -> dict:
    profile = application.profile
    has_address = profile.alumni in WITH_ADDRESS
    name = (
        f"{profile.family}, {profile.given}".upper() if luck.random() < 0.4 else profile.full_name
    )
    if profile.alumni == "variant":
        name = f"{profile.given.split()[0]} {profile.family.split()[0]}"
    return {
        "name": name,
        "email": application.person.email if has_address else "",
        "country": profile.country,
        "edition": luck.choice(["2014", "2016", "2017"]),
        "status": "enrolled" if profile.alumni == "enrolled_only" else "completed",
    }


def _row_of_another(profile: Profile, luck: Random) -> dict:
    return {
        "name": profile.full_name,
        "email": "",
        "country": profile.country,
        "edition": luck.choice(["2014", "2016", "2017"]),
        "status": "completed" if luck.random() < 0.8 else "enrolled",
    }
