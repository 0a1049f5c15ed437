"""What two people do together with certificates: issue what is due, revoke one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_q.tasks import async_task

from certificates import rules, services
from certificates.models import Certificate, Design
from enrollment.models import Edition
from enrollment.services.joint import Act, Terms, register
from lms.multilingual import Multilingual
from lms.templatetags.times import when

LABELS = {
    "title": _("Certificate"),
    "count": _("How many are issued"),
    "checksum": _("Checksum of the names"),
    "serial": _("Serial"),
}


def describe(terms: Terms) -> list[tuple[object, object]]:
    return [
        (LABELS[name], Multilingual(value) if isinstance(value, dict) else value)
        for name, value in terms.items()
        if name in LABELS
    ]


def issue_terms(edition: Edition, given: Terms, at: datetime) -> Terms:
    """How many are due, and a checksum over exactly whose names would be printed how."""
    design = design_of(edition, given)
    due = rules.due(edition, design).values_list("pk", "certificate_name", "language")
    names = "\n".join(f"{number}\t{language}\t{name}" for number, name, language in due)
    rules.can_issue(len(due)).require()
    return {
        "design": design.pk,
        "title": dict(design.title),
        "count": len(due),
        "checksum": hashlib.sha256(names.encode()).hexdigest()[:16],
    }


def issue(edition: Edition, act, by, at: datetime) -> None:
    design = design_of(edition, act.terms)
    services.issue_due(edition, design, by=by, at=at)
    async_task("certificates.tasks.task_render_pdfs", edition.pk)


def design_of(edition: Edition, given: Terms) -> Design:
    return Design.objects.get(pk=given["design"], program=edition.program)


def revoke_terms(certificate: Certificate, given: Terms, at: datetime) -> Terms:
    rules.can_end(certificate, at).require()
    return {"title": certificate.title, "serial": certificate.printed_serial}


def revoke(certificate: Certificate, act, by, at: datetime) -> None:
    services.revoke(certificate, by=by, reason=act.reason, at=at)


def effect_of_issue(edition: Edition, terms: Terms) -> object:
    return ngettext_lazy(
        "%(count)d person gets a numbered certificate at once and is written to. It can be replaced"
        " or revoked, never unmade.",
        "%(count)d people get a numbered certificate at once and are written to. Each can be"
        " replaced or revoked, never unmade.",
        "count",
    ) % {"count": terms["count"]}


def warning_of_issue(edition: Edition, at: datetime) -> object:
    """That the announced day has not come: it is said, and forbids nothing."""
    planned_at = edition.certificates_planned_at
    if planned_at is None or at >= planned_at:
        return ""
    return _(
        "The certificates of this edition were announced for %(when)s. Issued now, they reach"
        " people before that day."
    ) % {"when": when(planned_at, edition.ruling_zone)}


def effect_of_revocation(certificate: Certificate, terms: Terms) -> object:
    return _(
        "The certificate of %(name)s is no longer valid, for good. Whoever verifies its code reads"
        " that it was revoked; its holder is written to, and reads the reason that you give here."
    ) % {"name": certificate.name or "–"}


ISSUE = register(
    Act(
        "issue_certificates",
        _("issue the certificates"),
        Edition,
        issue_terms,
        issue,
        describe,
        effect=effect_of_issue,
        is_grave=True,
        warning=warning_of_issue,
    )
)
REVOKE = register(
    Act(
        "revoke_certificate",
        _("revoke the certificate"),
        Certificate,
        revoke_terms,
        revoke,
        describe,
        program=lambda certificate: certificate.edition.program,
        needs_reason=True,
        effect=effect_of_revocation,
        is_grave=True,
    )
)
