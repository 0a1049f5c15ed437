"""Discussions as a test needs them: people in rooms, and what they wrote."""

from datetime import timedelta
from itertools import count

from content.models import Discussion, DiscussionPage, EditionPage
from content.services.posts import post_contribution, post_reply
from content.services.rooms import enter_room
from enrollment.models import Edition, Enrollment, PhaseProgress, RoleAssignment, StaffRole
from enrollment.services.staff import staff_group
from tests.builders import a_person, an_enrollment, instant
from tests.content.builders import an_edition_page

PRIVACY_OPENS = instant("2019-06-03T12:00")
PRIVACY_CLOSES = instant("2019-06-10T07:00")
MONDAY = instant("2019-06-03T13:00")
AFTER = instant("2019-06-10T08:00")
_number = count(1)


def words(n: int) -> str:
    return " ".join(["palabra"] * n)


def a_discussion(edition: Edition, *, order: int = 1, **fields) -> Discussion:
    """A week of phase two, the first one in the week from 3 June."""
    week = timedelta(days=7) * (order - 1)
    return Discussion.objects.create(
        **{
            "phase": fields.pop("phase", None) or edition.phases.get(order=2),
            "slug": f"d{order}",
            "order": order,
            "title": {"es": f"Debate {order}", "en": f"Discussion {order}"},
            "opens_at": PRIVACY_OPENS + week,
            "closes_at": PRIVACY_CLOSES + week,
            "hours": 4,
            **fields,
        }
    )


def a_discussion_page(discussion: Discussion) -> DiscussionPage:
    edition = discussion.phase.edition
    above = EditionPage.objects.filter(edition=edition).first() or an_edition_page(edition)
    page = DiscussionPage(
        title=str(discussion.title),
        slug=discussion.slug,
        discussion=discussion,
        expert_intro="Enseña derecho de datos.",
        opening=[("paragraph", "<p>Texto de apertura</p>")],
        synthesis=[("paragraph", "<p>Texto de síntesis</p>")],
    )
    return above.add_child(instance=page)


def a_person_in_phase_two(edition: Edition, **fields) -> Enrollment:
    """Completed phase one."""
    enrollment = an_enrollment(edition, **fields)
    PhaseProgress.objects.create(
        enrollment=enrollment,
        phase=edition.phases.get(order=1),
        completed_at=instant("2019-05-20T12:00"),
    )
    return enrollment


def someone_in(discussion: Discussion, at=MONDAY, **fields) -> Enrollment:
    """A participant with a room of the discussion."""
    enrollment = a_person_in_phase_two(discussion.phase.edition, **fields)
    enter_room(enrollment, discussion, at)
    return enrollment


def room_of(enrollment: Enrollment, discussion: Discussion):
    return enrollment.participations.get(discussion=discussion).room


def writes(enrollment: Enrollment, discussion: Discussion, text: str = "", at=MONDAY):
    """A contribution; of 85 words where no text is given."""
    room = room_of(enrollment, discussion)
    return post_contribution(enrollment.person, room, text or words(85), at=at)


def answers(enrollment: Enrollment, post, text: str = "De acuerdo.", at=MONDAY):
    return post_reply(enrollment.person, post, text, at=at)


def takes_part(enrollment: Enrollment, discussion: Discussion, other, at=MONDAY):
    """All that is asked: a contribution, and two replies to the post of somebody else."""
    return [
        writes(enrollment, discussion, at=at),
        answers(enrollment, other, at=at),
        answers(enrollment, other, at=at),
    ]


def staff(discussion: Discussion, role: str = StaffRole.COORDINATOR, **fields):
    """A member of the program's staff; an expert leads this discussion."""
    user = a_person(is_staff=True, first_name="Lucía", last_name="Ferreyra", **fields)
    program = discussion.phase.edition.program
    RoleAssignment.objects.create(user=user, program=program, role=role)
    user.groups.add(staff_group())
    if role == StaffRole.EXPERT:
        discussion.experts.add(user)
    return user
