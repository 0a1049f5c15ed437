import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from wagtail.blocks import StreamBlockValidationError
from wagtail.models import Locale

from content.blocks import PublicBody
from content.dates import check
from content.models import TextPage
from tests.builders import an_edition, instant
from tests.content.builders import a_home_page, a_module_with_lessons

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def page(db, clock):
    clock("2019-03-22T12:00:00Z")
    page = TextPage(title="Ayuda", slug="ayuda", edition=an_edition(), locale=Locale.get_active())
    return a_home_page().add_child(instance=page)


def drawn(page, client, text, kind="paragraph", language="en") -> str:
    page.body = [(kind, text)] if kind != "paragraph" else [{"type": kind, "value": text}]
    page.save()
    with translation.override(language):
        return page.body.render_as_block({"page": TextPage.objects.get(pk=page.pk)})


@pytest.mark.parametrize(
    ("mark", "written"),
    [
        ("[[window_closes:day]]", "12 April 2019"),
        ("[[window_closes:weekday]]", "Friday 12 April 2019"),
        ("[[phase_opens:2:short]]", "3 June"),
        ("[[phase_closes:1:day]]", "26 May 2019"),
        ("[[release]]", "Tuesday 16 April 2019, 10:00 in Montevideo (13:00 UTC)"),
        ("[[window_closes]]", "07:00 on 13 April UTC"),
        ("[[window_closes:hour]]", "24:00 (Tijuana)"),
    ],
)
def test_mark_in_a_text_reads_the_edition(page, client, mark, written):
    assert written in drawn(page, client, f"<p>Until {mark}.</p>")


def test_date_that_was_moved_is_shown_moved(page, client):
    page.edition.phases.filter(order=1).update(closes_at=instant("2019-05-31T07:00"))
    assert "30 May 2019" in drawn(page, client, "<p>[[phase_closes:1:day]]</p>")


def test_reader_with_a_zone_reads_her_hour(page, client):
    with timezone.override("America/Lima"):
        assert "08:00 in Lima (13:00 UTC)" in drawn(page, client, "<p>[[release]]</p>")


def test_date_the_edition_does_not_have_is_to_be_announced(page, client):
    assert "to be announced" in drawn(page, client, "<p>[[module_opens:4:day]]</p>")


def test_module_dates_are_counted_through_the_edition(page, client):
    a_module_with_lessons(page.edition, opens_at=instant("2019-04-29T12:00"))
    assert "29 April" in drawn(page, client, "<p>[[module_opens:1:short]]</p>")


@pytest.mark.parametrize(
    "text", ["[[window]]", "[[phase_opens]]", "[[release:1]]", "[[release:long]]", "[[]]"]
)
def test_text_that_names_no_date_is_refused(text):
    with pytest.raises(ValidationError, match="names no date"):
        check(f"From {text} on")


def test_block_that_names_no_date_is_refused(db):
    body = PublicBody()
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python([{"type": "paragraph", "value": "<p>[[window]]</p>"}]))
    with pytest.raises(StreamBlockValidationError):
        body.clean(body.to_python([{"type": "date", "value": {"which": "phase_opens"}}]))


def test_introduction_that_names_no_date_is_refused(page):
    page.intro = "From [[window]]"
    with pytest.raises(ValidationError, match="names no date"):
        page.clean()


def test_list_of_dates_with_a_table_of_countries(page, client):
    value = [{"which": "window_closes", "countries": "yes"}, {"which": "phase_opens", "number": 2}]
    html = drawn(page, client, value, kind="dates")
    assert "Applications close" in html and "Phase 2 opens" in html
    assert "02:00 on 13 April" in html and "Jamaica, Mexico, Peru" in html
    assert "04:00 on 13 April" in html and "Brazil, Uruguay" in html


def test_retention_reads_the_programs_settings(page, client):
    html = drawn(page, client, {"heading": "How long"}, kind="retention")
    assert "Certificate data: 10 years" in html and "6 months" in html and "90 days" in html
    page.edition.program.keep_posts_days = 45
    page.edition.program.save()
    assert "45 days" in drawn(page, client, {"heading": ""}, kind="retention")


def test_page_of_a_draft_edition_shows_no_dates(page, client):
    page.edition.status = "draft"
    page.edition.save()
    assert "2019" not in drawn(page, client, "<p>[[release]]</p>")
