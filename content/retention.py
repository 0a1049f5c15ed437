"""How long a program keeps what, in the words of its privacy notice."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enrollment.models import Program

YEAR, MONTH = 365.25, 30.44


def promises(program: Program) -> list[str]:
    """One sentence for each of the program's periods, as its settings are."""
    return [
        text % {"length": length(days)}
        for text, days in (
            (_("Drafts never submitted: %(length)s after the close."), program.keep_drafts_days),
            (
                _("Applications that led to no place: %(length)s after the close."),
                program.keep_unselected_days,
            ),
            (
                _("Participant records: %(length)s after the edition ends."),
                program.keep_participants_days,
            ),
            (
                _("Posts in discussions: %(length)s; after that, without names."),
                program.keep_posts_days,
            ),
            (_("Record of messages sent: %(length)s."), program.keep_messages_days),
            (_("IP addresses in security logs: %(length)s."), program.keep_ip_days),
            (_("Log of decisions, without names: %(length)s."), program.keep_decision_log_days),
            (
                _("Certificate data: %(length)s, or until you ask for erasure."),
                program.keep_certificates_days,
            ),
        )
    ]


def length(days: int) -> str:
    """“10 years”, “6 months”, “90 days”: the greatest unit that says it to within a day or two."""
    years, months = round(days / YEAR), round(days / MONTH)
    if years and abs(days - years * YEAR) < 2:
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    if months >= 6 and abs(days - months * MONTH) < 2:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
