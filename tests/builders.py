"""Builders with sentence names: each makes the least that its name says."""

from datetime import UTC, datetime, timedelta
from itertools import count

from enrollment.models import (
    AdmissionMode,
    ApplicantRole,
    Application,
    ApplicationStatus,
    Edition,
    EditionStatus,
    Eligibility,
    Enrollment,
    Phase,
    Program,
    RegistrationWindow,
    RoleAssignment,
    StaffRole,
)
from lms.accounts.models import User

_number = count(1)


def instant(text: str) -> datetime:
    """`instant("2019-04-13T07:00:00")` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINDOW_OPENS = instant("2019-03-21T12:00")
WINDOW_CLOSES = instant("2019-04-13T07:00")
RELEASE = instant("2019-04-16T13:00")
PHASE_ONE_OPENS = instant("2019-04-22T12:00")
OFFERS_EXPIRE = instant("2019-04-26T07:00")
LAST_ENTRY = instant("2019-04-29T07:00")
PHASE_ONE_CLOSES = instant("2019-05-27T07:00")
PHASE_TWO_OPENS = instant("2019-06-03T12:00")
PHASE_TWO_CLOSES = instant("2019-06-24T07:00")
CERTIFICATES = instant("2019-07-01T13:00")


def a_person(email: str = "", **fields) -> User:
    return User.objects.create_user(email or f"person{next(_number)}@correo.example", **fields)


def a_program(**fields) -> Program:
    program = Program.objects.create(
        **{
            "slug": f"program-{next(_number)}",
            "title": {"es": "Programa", "pt-br": "Programa", "en": "Program"},
            "eligible_countries": ["PE", "UY", "BR", "MX", "JM"],
            **fields,
        }
    )
    for order, (key, eligible) in enumerate([("judge", True), ("not_justice", False)]):
        ApplicantRole.objects.create(
            program=program,
            key=key,
            label={"es": key, "pt-br": key, "en": key},
            eligible=eligible,
            relevance=30 if eligible else 0,
            sort_order=order,
        )
    return program


def an_edition(program: Program | None = None, **fields) -> Edition:
    """The announced 2019 calendar, published, selective, with both phases and the window."""
    edition = Edition.objects.create(
        **{
            "program": program or a_program(),
            "slug": f"edition-{next(_number)}",
            "title": {"es": "Primera edición", "pt-br": "Primeira edição", "en": "First edition"},
            "status": EditionStatus.PUBLISHED,
            "admission_mode": AdmissionMode.SELECTIVE,
            "capacity": 1000,
            "ruling_zone": "America/Montevideo",
            "deadline_zone": "America/Tijuana",
            "selection_locks_at": instant("2019-04-15T21:00"),
            "release_planned_at": RELEASE,
            "offers_respond_by": OFFERS_EXPIRE,
            "last_entry_at": LAST_ENTRY,
            "certificates_planned_at": CERTIFICATES,
            **fields,
        }
    )
    one = Phase.objects.create(
        edition=edition,
        order=1,
        title={"es": "Fase uno", "pt-br": "Fase um", "en": "Phase one"},
        opens_at=PHASE_ONE_OPENS,
        closes_at=PHASE_ONE_CLOSES,
        hours=20,
    )
    Phase.objects.create(
        edition=edition,
        order=2,
        title={"es": "Fase dos", "pt-br": "Fase dois", "en": "Phase two"},
        opens_at=PHASE_TWO_OPENS,
        closes_at=PHASE_TWO_CLOSES,
        hours=12,
        required_activities=2,
    )
    RegistrationWindow.objects.create(
        edition=edition, phase=one, opens_at=WINDOW_OPENS, closes_at=WINDOW_CLOSES
    )
    return edition


def a_staff_member(program: Program, role: str = StaffRole.COORDINATOR, **fields) -> User:
    user = a_person(is_staff=True, **fields)
    RoleAssignment.objects.create(user=user, program=program, role=role)
    return user


def a_submitted_application(edition: Edition, person: User | None = None, **fields) -> Application:
    """Complete, eligible, submitted on 2 April; nothing was computed or sent for it."""
    person = person or a_person()
    at = fields.pop("at", instant("2019-04-02T15:00"))
    return Application.objects.create(
        **{
            "person": person,
            "edition": edition,
            "window": edition.windows.first(),
            "code": f"T{next(_number):07d}",
            "status": ApplicationStatus.SUBMITTED,
            "version": 1,
            "given_names": "Rosa",
            "family_names": "Medina Quispe",
            "certificate_name": "Rosa Medina Quispe",
            "country": "PE",
            "workplace": "rural_or_small_town",
            "role": edition.program.applicant_roles.get(key="judge"),
            "institution": "Corte Superior",
            "gender": "woman",
            "language": "es",
            "eligibility": Eligibility.ELIGIBLE,
            "created_at": at - timedelta(hours=1),
            "saved_at": at,
            "submitted_at": at,
            **fields,
        }
    )


def an_enrollment(edition: Edition, person: User | None = None, **fields) -> Enrollment:
    application = a_submitted_application(edition, person)
    return Enrollment.objects.create(
        **{
            "person": application.person,
            "edition": edition,
            "application": application,
            "language": "es",
            "certificate_name": application.certificate_name,
            "peer_name": application.full_name,
            "confirmed_at": instant("2019-04-17T12:00"),
            **fields,
        }
    )
