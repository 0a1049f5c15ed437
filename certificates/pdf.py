"""The certificate on paper: A4 landscape, front and back, from its snapshot alone.

Fonts, style sheet and the WeasyPrint configuration are made once in a process; nothing is
fetched from anywhere.
"""

from __future__ import annotations

import atexit
import re
from datetime import date
from functools import cache
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from certificates import wording

HERE = Path(__file__).parent
NAME_SIZES = ((28, "name-short"), (42, "name-medium"), (84, "name-long"))
LINE = 42  # characters of a name that fit one line
LONGEST_LINE = 70  # the same in the smallest size
DENSE = 16  # more rows than this on the back are set tighter


def render(certificate, *, mark: str = "") -> bytes:
    """The PDF of one certificate, in its own language. The same snapshot gives the same bytes.
    `mark` is printed across it, where it is only shown."""
    html, fetcher, fonts, sheet = _press()
    with translation.override(certificate.language):
        source = get_template("certificates/paper.html").render(
            {**paper_of(certificate), "mark": mark}
        )
    document = html(string=source, base_url="about:blank", url_fetcher=fetcher)
    return document.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_tags=True,
        pdf_identifier=certificate.serial.encode(),
    )


def paper_of(certificate) -> dict:
    """What the template prints: every text already in the certificate's language."""
    snapshot, paper = certificate.snapshot, certificate.paper
    values = paper.values()
    before, _name, after = wording.fill(
        paper.text(snapshot["body"]), {**values, "certificate_name": "\0"}
    ).partition("\0")
    phases = paper.phases()
    issued_on = date.fromisoformat(snapshot["issued_on"])
    address = verification_address(certificate)
    return {
        "language": certificate.language,
        "title": paper.text(snapshot["title"]),
        "organizer": paper.text(snapshot["organizer"]),
        "program": values["program"],
        "edition": values["edition"],
        "name": snapshot["name"],
        "name_class": name_class(snapshot["name"]),
        "name_lines": lines_of(snapshot["name"]),
        "before": before.strip(),
        "after": bound(after.strip()),
        "hours": snapshot["hours"],
        "phases": phases,
        "is_dense": sum(2 + len(phase["activities"]) for phase in phases) > DENSE,
        "reverse": paper.text(snapshot["reverse"]),
        "signatories": paper.signatories(),
        "issued_on": wording.long_date(issued_on, certificate.language),
        "serial": certificate.printed_serial,
        "address": address,
        "shown_site": address.split("//", 1)[-1].removesuffix(certificate.printed_serial),
        "qr": segno.make(address, error="m").svg_data_uri(border=0, dark="#1a1a1a"),
    }


def verification_address(certificate) -> str:
    return f"{settings.SITE_URL}/v/{certificate.printed_serial}"


def name_class(name: str) -> str:
    """The size in which a name is set."""
    return next((css for longest, css in NAME_SIZES if len(name) <= longest), "name-longest")


def lines_of(name: str) -> list[str]:
    """The name on one line, or, where it is long, broken between words into lines of about the
    same length."""
    if len(name) <= LINE:
        return [name]
    count = 2 if len(name) <= 2 * LINE else max(2, -(-len(name) // LONGEST_LINE))
    lines, words = [], name.split(" ")
    for left in range(count, 1, -1):
        aim = len(" ".join(words)) / left
        ends = range(1, len(words))
        end = min(ends, key=lambda end: abs(len(" ".join(words[:end])) - aim), default=1)
        lines.append(" ".join(words[:end]))
        words = words[end:]
    return [line for line in [*lines, " ".join(words)] if line]


def bound(text: str) -> str:
    """A number stays with its noun, and the last line of a text holds more than one word."""
    text = re.sub(r"(\d) (?=\w)", "\\1\N{NO-BREAK SPACE}", text)
    return "\N{NO-BREAK SPACE}".join(text.rsplit(" ", 2))


@cache
def _press():
    """WeasyPrint, its font configuration and our style sheet: made once, shared by every render."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    atexit.register(_press.cache_clear)  # a FontConfiguration must go before its library does
    fonts = FontConfiguration()
    own_files = URLFetcher(allowed_protocols=["file"])
    sheet = CSS(filename=HERE / "paper.css", font_config=fonts, url_fetcher=own_files)
    return HTML, URLFetcher(allowed_protocols=["data"]), fonts, sheet
