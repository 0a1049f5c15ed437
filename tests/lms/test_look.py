from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_the_base_page_renders_without_a_person(client):
    response = client.get("/es/account/")
    assert b"lms/site.css" in response.content
    assert b'lang="es"' in response.content


def test_the_style_sheet_is_one_file_with_tokens_first():
    text = Path(finders.find("lms/site.css")).read_text()
    assert text.index("--paper") < text.index(".site-header") < text.index("@media print")
