"""An edition decided, locked and armed by two people, through the services they use."""

from enrollment.models import Edition, StaffRole
from enrollment.services import joint
from enrollment.services.decisions import propose_decisions
from tests.builders import WINDOW_CLOSES, a_person, a_staff_member, an_edition
from tests.builders import a_submitted_application as a_submitted

MONDAY = WINDOW_CLOSES.replace(day=15)


def four_applicants(**fields) -> tuple[Edition, dict[str, object]]:
    """One selected, one waitlisted, one not selected and one ineligible, alike in all else: what
    each would be, once it is proposed."""
    edition = an_edition(**{"capacity": 1, "waitlist_percent": 100, **fields})
    people = {}
    outcomes = ("selected", "waitlisted", "not_selected", "ineligible")
    for number, outcome in enumerate(outcomes):
        people[outcome] = a_person(f"person-{number}@correo.example", time_zone="America/Lima")
        a_submitted(
            edition,
            people[outcome],
            code=f"CODE234{number}",
            score=90 - number,
            eligibility="ineligible" if outcome == "ineligible" else "eligible",
        )
    return edition, people


def decide(edition: Edition, *acts: str, at=MONDAY) -> Edition:
    """Propose, then have two people do each of `acts` (`lock`, `arm`)."""
    coordinator = a_staff_member(edition.program)
    approver = a_staff_member(edition.program, StaffRole.SECOND_APPROVER)
    propose_decisions(edition, by=coordinator, at=at)
    for act in acts:
        joint.confirm(joint.ask(act, edition, by=coordinator, at=at), by=approver, at=at)
    edition.refresh_from_db()
    return edition
