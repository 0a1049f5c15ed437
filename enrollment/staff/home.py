"""The staff's part of the admin's home: what is due and what waits, edition by edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from enrollment.models import (
    Application,
    Edition,
    EditionStatus,
    JointAct,
    Program,
    Reconsideration,
    RegistrationWindow,
    Review,
    ReviewStatus,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.joint import TWO_PEOPLE
from enrollment.rules.people import open_erasures, open_rescues
from enrollment.staff.access import (
    COORDINATORS,
    READERS,
    REVIEWERS,
    editions_for,
    holds_any,
)
from enrollment.staff.applications import needs_a_look
from enrollment.staff.charts import charts_of
from enrollment.staff.figures import Due, calendar, figures_of, listing
from enrollment.staff.mailings import waiting_for_a_person
from enrollment.staff.messages import kind_of, messages_for
from lms.mail.models import MessageStatus
from lms.mail.wordings import unfit_wordings
from lms.typed import whole_number

SHOWN = 12
NEXT = 3
NAMED = 8


@dataclass(frozen=True)
class EditionShown:
    """An edition with its deadlines in order: `today`, in its own zone, and the `next` ones."""

    edition: Edition
    url: str
    desk_url: str
    today: list[Due]
    next: list[Due]
    open_cases: int
    open_url: str

    @property
    def nearest(self) -> datetime | None:
        due = [*self.today, *self.next]
        return due[0].at if due else None


class DeskPanel(Component):
    """What a coordinator has to know today of the edition at hand. As many queries for many
    editions and people as for a few."""

    order = 50
    name = "desk"
    template_name = "enrollment/staff/home.html"

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        user, at = request.user, request.at
        waiting = JointAct.objects.visible_to(user, *TWO_PEOPLE).filter(
            confirmed_at=None, dropped_at=None
        )
        editions = editions_shown(user, at)
        chosen = at_hand(editions, whole_number(request.GET.get("edition", "")))
        return {
            "editions": editions,
            "chosen": chosen,
            "charts": charts_of(chosen.edition, figures_of(chosen.edition, at), at)
            if chosen
            else [],
            "waits": [
                *_waits(waiting.exclude(asked_by=user).count(), _uncertain(user)),
                *_mailings(user, at),
                *_undelivered(user),
                *_suspended(user, at),
                *_unfit(user),
                *_reconsiderations(user),
                *_proofs(user),
                *_asked(open_erasures(user).count(), open_rescues(user).count()),
            ],
            "request": request,
        }


def editions_shown(user, at: datetime) -> list[EditionShown]:
    """The editions that run, the one whose next deadline is nearest first. Four queries."""
    rows = editions_for(user).filter(status__in=(EditionStatus.DRAFT, EditionStatus.PUBLISHED))
    editions = list(rows.prefetch_related("phases", "windows"))
    cases = _open_cases(editions)
    shown = [_shown(edition, cases.get(edition.pk, 0), at) for edition in editions]
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(shown, key=lambda one: one.nearest or never)[:SHOWN]


def at_hand(editions: list[EditionShown], asked: int | None) -> EditionShown | None:
    """The edition that was asked for, else the one whose next deadline is nearest."""
    named = (one for one in editions if one.edition.pk == asked)
    return next(named, editions[0] if editions else None)


def _open_cases(editions: list[Edition]) -> dict[int, int]:
    keys = [one.pk for one in editions if not one.is_locked]
    rows = Application.objects.filter(needs_a_look(), edition__in=keys, status__in=IN_SELECTION)
    return dict(rows.order_by().values_list("edition").annotate(count=Count("pk")))


def _shown(edition: Edition, open_cases: int, at: datetime) -> EditionShown:
    coming = [due for due in calendar(edition, at) if not due.is_past]
    day = at.astimezone(edition.zone).date()
    today = [due for due in coming if due.at.astimezone(edition.zone).date() == day]
    return EditionShown(
        edition=edition,
        url=reverse("enrollment_staff:selection", args=[edition.pk]),
        desk_url=reverse("wagtailadmin_home", query={"edition": edition.pk}),
        today=today,
        next=coming[len(today) :][:NEXT],
        open_cases=open_cases,
        open_url=listing(edition, open="yes"),
    )


class ReadingPanel(Component):
    """What a reviewer has to read, and nothing of anybody else. Two queries."""

    order = 51
    name = "own-reading"
    template_name = "enrollment/staff/own_reading.html"

    def get_context_data(self, parent_context):
        return {"editions": own_reading(parent_context["request"].user)}


def own_reading(user) -> list[tuple[Edition, dict[str, int]]]:
    """The editions that are read, with how many applications the user holds, has read, and has
    read in a version that was changed since."""
    rows = Edition.objects.visible_to(user, *REVIEWERS).select_related("program")
    rows = rows.filter(reading_plan__isnull=False, status=EditionStatus.PUBLISHED)
    scored = Q(status=ReviewStatus.SCORED)
    own = Review.objects.filter(reader=user, application__edition__in=rows.values("pk"))
    counts = {
        row.pop("application__edition"): row
        for row in own.order_by()
        .values("application__edition")
        .annotate(
            waiting=Count("pk", filter=Q(status=ReviewStatus.ASSIGNED)),
            read=Count("pk", filter=scored),
            changed=Count("pk", filter=scored & ~Q(version=F("application__version"))),
        )
    }
    nothing = {"waiting": 0, "read": 0, "changed": 0}
    return [(edition, counts.get(edition.pk, nothing)) for edition in rows]


def _uncertain(user) -> int:
    return messages_for(user).filter(status=MessageStatus.UNCERTAIN).count()


def _waits(acts: int, uncertain: int) -> list[tuple[str, str]]:
    """(sentence, address) of what waits for the reader."""
    found = []
    if acts:
        text = ngettext(
            "%(count)d act waits for a second person.",
            "%(count)d acts wait for a second person.",
            acts,
        )
        found.append((text % {"count": acts}, reverse("enrollment_staff:joint_acts")))
    if uncertain:
        text = ngettext(
            "%(count)d message may not have arrived.",
            "%(count)d messages may not have arrived.",
            uncertain,
        )
        found.append((text % {"count": uncertain}, ""))
    return found


def _undelivered(user) -> list[tuple[str, str]]:
    """Whom a letter did not reach, nor its copy to a backup address, by name: until somebody says
    that they have seen to it."""
    rows = messages_for(user).unsettled().filter(person__erased_at=None)
    letters = list(rows.defer("text").order_by("-created_at", "-pk")[: NAMED + 1])
    text = _("Not delivered to %(person)s: %(kind)s.")
    found = [
        (
            text % {"person": _named(one), "kind": kind_of(one.template)},
            reverse("enrollment_staff:message", args=[one.pk]),
        )
        for one in letters[:NAMED]
    ]
    if len(letters) > NAMED:
        url = f"{reverse('enrollment_staff:messages')}?status=bounced&status=failed"
        found.append((_("More letters were not delivered: see all of them."), url))
    return found


def _named(letter) -> str:
    """Whom it is for, and at which address."""
    return ", ".join(dict.fromkeys([str(letter.person or letter.to), letter.to]))


def _mailings(user, at) -> list[tuple[str, str]]:
    """The held and the stopped mailings."""
    return [
        (
            _("%(kind)s, %(edition)s: %(state)s. Letters that wait: %(count)d.")
            % {
                "kind": one.kind,
                "edition": one.edition or one.mailing.scope,
                "state": one.state,
                "count": one.progress.waiting,
            },
            reverse("enrollment_staff:mailing", args=[one.mailing.pk]),
        )
        for one in waiting_for_a_person(user, at)
    ]


def _suspended(user, at) -> list[tuple[str, str]]:
    """The same of each window that was suspended and that nobody has resumed yet."""
    windows = RegistrationWindow.objects.visible_to(user, *READERS)
    windows = windows.filter(suspended_at__lte=at, edition__status=EditionStatus.PUBLISHED)
    return [
        (
            _("The window of “%(phase)s” is suspended: nobody gets in until it is resumed.")
            % {"phase": window.phase},
            reverse("enrollment_staff:edition", args=[window.edition_id]),
        )
        for window in windows.select_related("phase")
    ]


def _unfit(user) -> list[tuple[str, str]]:
    """Of each program with texts of mails that a release of the site has outdated."""
    scopes = {row.scope for row in unfit_wordings()}
    if not scopes:
        return []
    said = _("%(program)s: own texts of mails can no longer be filled in. The site’s are sent.")
    programs = Program.objects.visible_to(user, *COORDINATORS).filter(slug__in=scopes)
    return [
        (said % {"program": one}, reverse("enrollment_staff:wordings", args=[one.pk]))
        for one in programs
    ]


def _reconsiderations(user) -> list[tuple[str, str]]:
    """Requests for another look that wait, edition by edition."""
    rows = Reconsideration.objects.visible_to(user, *READERS).filter(answered_at=None)
    counts = rows.order_by().values_list("application__edition").annotate(count=Count("pk"))
    found = []
    for edition, count in counts:
        text = ngettext(
            "%(count)d request for reconsideration waits for an answer.",
            "%(count)d requests for reconsideration wait for an answer.",
            count,
        )
        url = reverse("enrollment_staff:reconsiderations", args=[edition])
        found.append((text % {"count": count}, url))
    return found


def _proofs(user) -> list[tuple[str, str]]:
    """What applicants wrote of the earlier course and nobody has settled, edition by edition."""
    rows = Application.objects.visible_to(user, *READERS).filter(
        needs_a_look(),
        course_proof__isnull=False,
        status__in=IN_SELECTION,
        edition__decisions_locked_at=None,
    )
    counts = rows.order_by().values_list("edition").annotate(count=Count("pk"))
    found = []
    for edition, count in counts:
        text = ngettext(
            "%(count)d applicant wrote how they took the earlier course.",
            "%(count)d applicants wrote how they took the earlier course.",
            count,
        )
        url = reverse("enrollment_staff:applications", query={"edition": edition, "proof": "open"})
        found.append((text % {"count": count}, url))
    return found


def _asked(erasures: int, rescues: int) -> list[tuple[str, str]]:
    """The same of what people asked about their accounts: each has an answer by a day."""
    url = reverse("enrollment_staff:requests")
    found = []
    if erasures:
        text = ngettext(
            "%(count)d person asked to be erased.",
            "%(count)d people asked to be erased.",
            erasures,
        )
        found.append((text % {"count": erasures}, url))
    if rescues:
        text = ngettext(
            "%(count)d lost mailbox waits for a second person.",
            "%(count)d lost mailboxes wait for a second person.",
            rescues,
        )
        found.append((text % {"count": rescues}, url))
    return found


def add_panels(request, panels) -> None:
    if holds_any(request.user, *READERS):
        panels.append(DeskPanel())
    if holds_any(request.user, *REVIEWERS):
        panels.append(ReadingPanel())
