"""What staff's page of a person says about certificates."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from certificates import queries
from certificates.models import Certificate
from lms.hooks import Panel


def person_panel(person, program_id: int, at: datetime) -> Panel | None:
    held = queries.held_by(person).filter(edition__program=program_id)
    if not held:
        return None
    return Panel(
        40, _("Certificates"), "certificates/person_panel.html", {"certificates": list(held)}
    )


def person_history(person, program_ids: list[int]) -> list[Certificate]:
    """The person's certificates, replaced and revoked ones too: what was done with each is logged
    on it."""
    return list(queries.held_by(person).filter(edition__program__in=program_ids))
