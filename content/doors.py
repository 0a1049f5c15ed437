"""What stands on a closed door: why, from when on, and each thing that is missing, with its
address."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from content.gate import Access
from content.progress import Learning, ModuleState
from content.queries import edition_url, learning_of, module_pages
from enrollment.rules.phases import PhaseStanding, has_completed, standing_of


def closed_door(access: Access, at: datetime) -> dict:
    """`decision`, `missing` (list of `{text, url}`), `back` (the edition's page) and the zone in
    which `decision.opens_at` was announced."""
    standing = access.standing
    edition = standing.phase.edition
    return {
        "decision": access.decision,
        "missing": missing(access, at),
        "back": edition_url(edition.pk),
        "zone": edition.ruling_zone,
    }


def missing(access: Access, at: datetime) -> list[dict]:
    standing, code = access.standing, access.decision.code
    if code == "phase_before":
        return missing_of_phase(standing, at)
    if code == "module_before" and access.learning:
        return missing_of_modules(access.learning, standing.phase)[:1]  # the next step
    if code == "sign_up_first":
        edition = standing.phase.edition
        where = (edition.program.slug, edition.slug, standing.phase.order)
        return [{"text": _("Sign up"), "url": reverse("enrollment:phase_sign_up", args=where)}]
    return []


def missing_of_phase(standing: PhaseStanding, at: datetime) -> list[dict]:
    """What was not completed in the phase before."""
    before = standing.phase_before
    if before is None or has_completed(standing.progress.get(before.pk)):
        return []
    return missing_of_modules(learning_of(standing_of(standing.enrollment, before), at), before)


def missing_of_modules(learning: Learning, phase) -> list[dict]:
    pages = module_pages(phase.pk)
    return [
        {"text": missing_text(state), "url": url_of(pages.get(state.module.pk))}
        for state in learning.modules
        if not state.is_completed and state.steps
    ]


def missing_text(state: ModuleState) -> str:
    return _("%(module)s: %(missing)s") % {"module": state.module, "missing": state.missing}


def url_of(page) -> str:
    return page.url if page else ""
