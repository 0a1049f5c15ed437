"""What waits for the reader at the desk: sentences, each with the address where it is seen to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from enrollment.models import (
    Application,
    EditionStatus,
    JointAct,
    Program,
    Reconsideration,
    RegistrationWindow,
)
from enrollment.models.applications import IN_SELECTION
from enrollment.rules.joint import TWO_PEOPLE
from enrollment.rules.people import open_erasures, open_rescues
from enrollment.staff.access import COORDINATORS, READERS
from enrollment.staff.applications import proof_to_see
from enrollment.staff.mailings import waiting_for_a_person
from enrollment.staff.messages import kind_of, messages_for
from lms.mail.models import MessageStatus
from lms.mail.wordings import unfit_wordings

NAMED = 8
Line = tuple[str, str]

ACTS = ngettext_lazy(
    "%(count)d act waits for a second person.", "%(count)d acts wait for a second person.", "count"
)
UNCERTAIN = ngettext_lazy(
    "%(count)d message may not have arrived.", "%(count)d messages may not have arrived.", "count"
)
RECONSIDERATIONS = ngettext_lazy(
    "%(count)d request for reconsideration waits for an answer.",
    "%(count)d requests for reconsideration wait for an answer.",
    "count",
)
PROOFS = ngettext_lazy(
    "%(count)d applicant wrote how they took the earlier course.",
    "%(count)d applicants wrote how they took the earlier course.",
    "count",
)
ERASURES = ngettext_lazy(
    "%(count)d person asked to be erased.", "%(count)d people asked to be erased.", "count"
)
RESCUES = ngettext_lazy(
    "%(count)d lost mailbox waits for a second person.",
    "%(count)d lost mailboxes wait for a second person.",
    "count",
)


def waits_for(user, at: datetime) -> list[Line]:
    """As many queries for many editions and people as for a few."""
    acts = JointAct.objects.visible_to(user, *TWO_PEOPLE).exclude(asked_by=user)
    acts = acts.filter(confirmed_at=None, dropped_at=None)
    uncertain = messages_for(user).filter(status=MessageStatus.UNCERTAIN)
    requests = reverse("enrollment_staff:requests")
    return [
        *_counted(ACTS, acts, reverse("enrollment_staff:joint_acts")),
        *_counted(UNCERTAIN, uncertain, reverse("enrollment_staff:messages")),
        *_mailings(user, at),
        *_undelivered(user),
        *_suspended(user, at),
        *_unfit(user),
        *_reconsiderations(user),
        *_proofs(user, at),
        *_counted(ERASURES, open_erasures(user), requests),
        *_counted(RESCUES, open_rescues(user), requests),
    ]


def _counted(said, rows: QuerySet, url: str) -> list[Line]:
    count = rows.count()
    return [(said % {"count": count}, url)] if count else []


def _by_edition(said, rows: QuerySet, edition: str, url_of: Callable[[int], str]) -> list[Line]:
    """A line for each edition that the rows name in this field."""
    counts = rows.order_by().values_list(edition).annotate(count=Count("pk"))
    return [(said % {"count": count}, url_of(key)) for key, count in counts]


def _reconsiderations(user) -> list[Line]:
    rows = Reconsideration.objects.visible_to(user, *READERS).filter(answered_at=None)

    def url_of(key: int) -> str:
        return reverse("enrollment_staff:reconsiderations", args=[key])

    return _by_edition(RECONSIDERATIONS, rows, "application__edition", url_of)


def _proofs(user, at: datetime) -> list[Line]:
    """What applicants wrote of the earlier course and nobody has settled since; not between the
    lock and the release, when nothing can be."""
    rows = Application.objects.visible_to(user, *READERS).filter(
        proof_to_see(),
        Q(edition__decisions_locked_at=None) | Q(edition__released_at__lte=at),
        status__in=IN_SELECTION,
    )

    def url_of(key: int) -> str:
        return reverse("enrollment_staff:applications", query={"edition": key, "proof": "open"})

    return _by_edition(PROOFS, rows, "edition", url_of)


def _undelivered(user) -> list[Line]:
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


def _mailings(user, at: datetime) -> list[Line]:
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


def _suspended(user, at: datetime) -> list[Line]:
    """Each window that was suspended and that nobody has resumed yet."""
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


def _unfit(user) -> list[Line]:
    """Of each program with texts of mails that a release of the site has outdated."""
    programs = Program.objects.visible_to(user, *COORDINATORS)
    scopes = {row.scope for row in unfit_wordings(programs.values("slug"))}
    if not scopes:
        return []
    said = _("%(program)s: own texts of mails can no longer be filled in. The site’s are sent.")
    return [
        (said % {"program": one}, reverse("enrollment_staff:wordings", args=[one.pk]))
        for one in programs.filter(slug__in=scopes)
    ]
