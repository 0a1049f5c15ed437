"""What a certificate costs in a batch, against a bare render of the same page."""

from __future__ import annotations

import time
from functools import partial
from statistics import median

from django.template.loader import get_template
from django.utils import translation

from certificates import pdf, services
from certificates.models import Certificate

BATCH = 25


def ratio_to_bare_render() -> float:
    """The median of rounds that alternate a batch of ours and as many bare renders."""
    batch = list(Certificate.objects.filter(status="issued", pdf="").order_by("pk")[: BATCH * 6])
    html, fetcher, fonts, sheet = pdf._press()
    pages = []
    for certificate in batch[:BATCH]:
        with translation.override(certificate.language):
            pages.append(get_template("certificates/paper.html").render(pdf.paper_of(certificate)))

    def bare() -> None:
        for source in pages:
            document = html(string=source, base_url="about:blank", url_fetcher=fetcher)
            document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_tags=True)

    rounds = []
    for start in range(BATCH, len(batch) - BATCH + 1, BATCH):
        chunk = batch[start : start + BATCH]
        bare_seconds = _seconds(bare)
        rounds.append(_seconds(partial(_print_all, chunk)) / bare_seconds)
    return median(rounds)


def _print_all(certificates: list[Certificate]) -> None:
    for certificate in certificates:
        services.pdf_of(certificate)


def _seconds(act) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before
