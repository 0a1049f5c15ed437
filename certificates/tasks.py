"""PDFs ahead of the first download: at most 25 a task, each certificate on its own."""

import logging

from django_q.tasks import async_task

from certificates.models import Certificate, CertificateStatus
from certificates.services import pdf_of

log = logging.getLogger(__name__)
AT_ONCE = 25


def task_render_pdfs(edition_id: int, after: int = 0) -> int:
    """Render the next certificates of an edition that have no PDF, then ask for the following.
    A certificate that cannot be rendered is logged and left for its first download."""
    waiting = Certificate.objects.filter(
        edition=edition_id, status=CertificateStatus.ISSUED, pdf="", pk__gt=after
    ).order_by("pk")[:AT_ONCE]
    chunk = list(waiting)
    for certificate in chunk:
        try:
            pdf_of(certificate)
        except Exception:
            log.exception("certificate %s could not be rendered", certificate.pk)
    if len(chunk) == AT_ONCE:
        async_task("certificates.tasks.task_render_pdfs", edition_id, chunk[-1].pk)
    return len(chunk)
