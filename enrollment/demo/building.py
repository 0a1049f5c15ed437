"""The hook: this app's part of the demonstration, edition by edition."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from enrollment import emails
from enrollment.demo import open_series, programs, requests, selection
from enrollment.demo.applications import Crowd, make_alumni
from enrollment.demo.casting import cast, profile_of
from enrollment.demo.data import demo_accounts, read, scenes
from enrollment.demo.office import reword_mail, state_balance
from enrollment.demo.people import Profile, make_users, profiles, spread
from enrollment.demo.readings import Readers, plan_reading
from enrollment.demo.selection import Office
from enrollment.models import (
    AlumniImport,
    Alumnus,
    Application,
    ApplicationStatus,
    Edition,
    Enrollment,
    EnrollmentStatus,
    PeerName,
    Program,
)
from enrollment.services.applications import withdraw_application
from enrollment.services.eligibility import assess_edition
from lms.accounts.models import User
from lms.demo.accounts import make_people
from lms.demo.described import described
from lms.hooks import DemoStage

LIVING = ("edicion-2", "edicion-3", "edicion-4", "edicion-5")
SMALL = {"completed": 58, "enrolled_only": 3, "name_only": 15, "variant": 12, "absent": 12}
SMALL_SHARE = 0.2
OPEN_SHARE = 0.12
OTHER_ALUMNI = 6000
HOMONYM = "jose.garcia@justicia-gt.example"


def build(stage: DemoStage) -> None:
    """Everything of this app, from an empty database."""
    at = stage.on(-400)
    people = make_people(demo_accounts(), date_joined=at)
    program = programs.make_program()
    staff = programs.make_staff(program, people, at)
    office = Office(staff["coordinator"], staff["second_approver"])
    reword_mail(program, by=office.coordinator, at=stage.on(-390))
    build_2019(program, office, stage)
    build_phase_two(program, office, stage)
    build_phase_one(program, office, stage)
    build_selecting(program, office, stage)
    build_open(program, office, stage)
    for number, one in enumerate(described()):
        open_series.build(one, people, stage, 300_000 + 10_000 * number)


def living() -> QuerySet[Edition]:
    """The editions that stand around today: all but what is over since 2019."""
    ours = Q(program__slug=read("program")["slug"], slug__in=LIVING)
    for one in described():
        slugs = [says["slug"] for says in one.read("program")["editions"]]
        ours |= Q(program__slug=one.slug, slug__in=slugs)
    return Edition.objects.filter(ours)


def _edition(program: Program, office: Office, slug: str, stage: DemoStage) -> Edition:
    edition = programs.make_edition(program, slug, stage)
    programs.publish(edition, office.coordinator, office.second)
    return edition


def build_2019(program: Program, office: Office, stage: DemoStage) -> None:
    """Over and archived. What its time of keeping has left: who completed phase one, the
    certificates of which others make; applications and those who left earlier are gone."""
    slug = "2019"
    edition = _edition(program, office, slug, stage)
    programs.freeze(edition)
    programs.archive(edition, office.coordinator)
    luck, funnel = stage.luck(slug), read("distribution")["funnel"]
    total = stage.scaled(funnel["completed_phase_one"])
    people = profiles(total, luck)
    window = edition.windows.get()
    users = make_users(people, 190_000, [window.opens_at + timedelta(days=3)] * total)
    statuses = spread(_statuses_2019(funnel), total, luck)
    enrollments = [
        _place_2019(edition, user, profile, status, luck)
        for user, profile, status in zip(users, people, statuses, strict=True)
    ]
    Enrollment.objects.bulk_create(enrollments, batch_size=300)
    account = scenes(edition)["certified"]
    holder = next(one for one in enrollments if one.status == EnrollmentStatus.COMPLETED)
    invented, holder.person = holder.person, User.objects.get(email=account["email"])
    holder.language, holder.certificate_name = account["language"], account["name"]
    holder.peer_name = account["name"]
    holder.save()
    invented.delete()


def _statuses_2019(funnel: dict) -> dict[str, int]:
    completed, withdrew = funnel["completed_program"], funnel["withdrew_in_phase_two"]
    return {
        EnrollmentStatus.COMPLETED: completed,
        EnrollmentStatus.WITHDRAWN: withdrew,
        EnrollmentStatus.NOT_COMPLETED: funnel["completed_phase_one"] - completed - withdrew,
    }


def _place_2019(edition: Edition, user: User, profile: Profile, status: str, luck) -> Enrollment:
    confirmed = edition.released_at + timedelta(hours=luck.randint(1, 200))
    two = edition.phases.get(order=2) if status == EnrollmentStatus.WITHDRAWN else None
    return Enrollment(
        person=user,
        edition=edition,
        status=status,
        language=profile.language,
        certificate_name=profile.full_name,
        peer_name_mode=PeerName.FULL,
        peer_name=profile.full_name,
        confirmed_at=confirmed,
        first_opened_at=confirmed + timedelta(days=luck.randint(4, 9)),
        name_confirmed_at=edition.certificates_planned_at - timedelta(days=luck.randint(1, 5))
        if luck.random() < 0.96
        else None,
        withdrawn_at=two and two.opens_at + timedelta(days=luck.randint(1, 15)),
    )


def _applications(edition: Edition, stage: DemoStage, number: int) -> tuple[Crowd, list]:
    """The applications of one of the small editions, after its close."""
    programs.freeze(edition)
    crowd = Crowd(edition, stage.luck(edition.slug), number)
    submitted = read("distribution")["funnel"]["submitted"]
    return crowd, crowd.apply(stage.scaled(int(submitted * SMALL_SHARE)), alumni=SMALL)


def build_phase_two(program: Program, office: Office, stage: DemoStage) -> None:
    edition = _edition(program, office, "edicion-2", stage)
    cast_as = _select_and_fill(edition, office, stage, 20_000)
    selection.confirm_first(edition, office, stage.luck("last hours"), cast_as)


def build_phase_one(program: Program, office: Office, stage: DemoStage) -> None:
    edition = _edition(program, office, "edicion-3", stage)
    cast_as = _select_and_fill(edition, office, stage, 30_000, pending="called")
    requests.dispute(edition, list(cast_as.values()), stage.on(-2))


def _select_and_fill(
    edition: Edition, office: Office, stage: DemoStage, number: int, pending: str = ""
) -> dict[str, Application]:
    crowd, applications = _applications(edition, stage, number)
    _list_alumni(edition, applications, office, 0, crowd)
    tell_received(applications)
    selection.assess(edition, office)
    cast_as = selection.decide(edition, office, scenes(edition))
    selection.fill_seats(edition, crowd.luck, cast_as, pending=pending)
    return cast_as


def build_selecting(program: Program, office: Office, stage: DemoStage) -> None:
    """All of the distribution's applications, partly read, undecided: what a coordinator finds."""
    edition = _edition(program, office, "edicion-4", stage)
    ruled_at = edition.windows.get().opens_at - timedelta(days=10)
    state_balance(edition, stage, by=office.coordinator, at=ruled_at)
    plan = plan_reading(edition, by=office.coordinator, at=ruled_at)
    programs.freeze(edition)
    crowd, funnel = Crowd(edition, stage.luck(edition.slug), 40_000), read("distribution")["funnel"]
    twins = stage.scaled(funnel["merged_duplicates"])
    applications = crowd.apply(stage.scaled(funnel["submitted"]), twins=twins)
    crowd.draft(stage.scaled(funnel["drafts_never_submitted"]))
    _list_alumni(edition, applications, office, stage.scaled(OTHER_ALUMNI), crowd)
    tell_received(applications)
    withdrawn = stage.scaled(funnel["withdrawn_before_decision"])
    _withdraw(crowd.luck.sample(applications[twins:-twins], withdrawn), crowd)
    _homonyms(edition)
    luck, closes_at = stage.luck("readings"), crowd.window.closes_at
    Readers(plan, luck, by=office.coordinator, at=ruled_at).read(closes_at - timedelta(hours=1))
    assess_edition(edition, at=closes_at + timedelta(hours=3))
    selection.reject_claims(edition, office, stage.scaled(funnel["ineligible"]))
    requests.prove(edition, closes_at + timedelta(hours=20))
    until = edition.selection_locks_at - timedelta(days=1)
    requests.extend(crowd, scenes(edition)["extended"], office, expires_at=until)


def _withdraw(applications: list[Application], crowd: Crowd) -> None:
    """Some while after they were sent, each before the close."""
    for application in applications:
        left = crowd.window.closes_at - application.submitted_at
        at = application.submitted_at + left * crowd.luck.uniform(0.1, 0.9)
        withdraw_application(application, by=application.person, at=at)


def _homonyms(edition: Edition) -> None:
    """Two people claim the same address of the list: people have to look at both."""
    guatemalans = edition.applications.filter(
        status=ApplicationStatus.SUBMITTED, country="GT", role__eligible=True, alumnus=None
    )
    first = cast(guatemalans, scenes(edition)["homonym"])
    second = guatemalans.exclude(pk=first.pk).order_by("pk").first()
    for one in filter(None, (first, second)):
        one.answers["basic_module_email"] = HOMONYM
        one.save(update_fields=["answers"])
    source = AlumniImport.objects.filter(program=edition.program).order_by("-at").first()
    row = {"name": "José García", "email": HOMONYM, "country": "GT", "edition": "2017"}
    Alumnus.objects.create(
        program=edition.program, source=source, line=source.imported + 20, raw=row, **row
    )


def build_open(program: Program, office: Office, stage: DemoStage) -> None:
    """The window is open: some have applied, some have begun."""
    edition = _edition(program, office, "edicion-5", stage)
    programs.freeze(edition)
    until = stage.on(-1)
    crowd, funnel = (
        Crowd(edition, stage.luck(edition.slug), 50_000, until),
        read("distribution")["funnel"],
    )
    applications = crowd.apply(stage.scaled(int(funnel["submitted"] * OPEN_SHARE)), alumni=SMALL)
    crowd.draft(stage.scaled(int(funnel["drafts_never_submitted"] * OPEN_SHARE * 2)))
    _list_alumni(edition, applications, office, 0, crowd)
    tell_received(applications)
    assess_edition(edition, at=until)
    cast(edition.applications.filter(alumni_match="auto"), scenes(edition)["submitted"])
    account = scenes(edition)["drafting"]
    crowd.begin(User.objects.get(email=account["email"]), profile_of(account), stage.on(-1, 21))


def _list_alumni(edition: Edition, applications, office: Office, others: int, crowd: Crowd) -> None:
    window = edition.windows.get(kind="application")
    at = window.opens_at - timedelta(days=2)
    make_alumni(
        edition.program,
        applications,
        others,
        crowd.luck,
        file_name=f"iniciativa-{edition.slug}.csv",
        by=office.coordinator,
        at=at,
    )


def tell_received(applications: list[Application]) -> None:
    for one in applications:
        emails.application_received(one, one.submitted_at)
