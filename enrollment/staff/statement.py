"""The method statement on paper: A4, from the same content as the page. Nothing is fetched."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import get_template

SHEET = Path(__file__).with_name("statement.css")


def render(content: dict) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    source = get_template("enrollment/staff/statement.html").render(content)
    nothing = URLFetcher(allowed_protocols=[])
    document = HTML(string=source, base_url="about:blank", url_fetcher=nothing)
    return document.write_pdf(stylesheets=[CSS(string=SHEET.read_text())], pdf_tags=True)
