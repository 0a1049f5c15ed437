"""The base's components in a real Chromium: readable by everybody, on any screen, cheap."""

import gzip
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.urls("tests.browser.gallery")]
GALLERY = "/es/gallery/"
PRINTED_HEIGHT = (297 - 2 * 22) * 96 / 25.4  # px of A4 between the margins


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?names="])
def test_every_component_passes_axe(open_page, scheme, query):
    page = open_page(GALLERY + query, 1280, color_scheme=scheme)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(open_page, width):
    page = open_page(GALLERY, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_calendar_s_names_stay_within_its_drawing(open_page):
    page = open_page(GALLERY, 1280)
    beyond = page.evaluate(
        """() => [...document.querySelectorAll(".calendar svg")].flatMap(svg => {
            const box = svg.viewBox.baseVal;
            return [...svg.querySelectorAll("text")].filter(text => {
                const {x, width} = text.getBBox();
                return x < box.x || x + width > box.x + box.width;
            }).map(text => text.textContent);
        })"""
    )
    assert page.locator(".calendar svg text.name").count() > 0
    assert beyond == []


def test_errors_take_focus_and_lead_to_their_fields(open_page):
    page = open_page(GALLERY + "?names=")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.click(".error-summary a >> nth=2")
    assert page.evaluate("document.activeElement.name") == "role"
    assert page.get_attribute("[name=names]", "aria-invalid") == "true"
    described = page.get_attribute("[name=names]", "aria-describedby").split()
    assert all(page.query_selector(f"#{one}") for one in described)


def test_the_first_tab_skips_to_the_content(open_page):
    page = open_page(GALLERY)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_strict_policy_has_nothing_to_complain_about(open_page):
    assert open_page(GALLERY).complaints == []


def test_a_device_adds_its_own_hour_for_an_unknown_reader(open_page):
    page = open_page(GALLERY, timezone_id="America/Lima", locale="es-PE")
    assert "02:00" in page.inner_text("time.deadline")


def test_everything_reads_without_script(open_page):
    page = open_page(GALLERY, java_script_enabled=False)
    assert page.query_selector("time.deadline strong")
    assert not page.query_selector(".count")


def test_targets_are_large_enough(open_page):
    page = open_page(GALLERY)
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, nav a, input, select")]
        .filter((e) => e.type !== "hidden" && e.checkVisibility())
        .filter((e) => Math.min(e.offsetHeight, e.offsetWidth) < 24)
        .map((e) => e.outerHTML)"""
    )
    assert small == []


def test_the_base_is_cheap(open_page):
    page = open_page(GALLERY)
    page.wait_for_load_state("networkidle")
    assert len(page.answers.served) <= 8
    css, script, font = (
        Path(finders.find(name)).read_bytes()
        for name in ("lms/site.css", "lms/site.js", "vendor/source-serif-4-600.woff2")
    )
    html = page.content().encode()
    assert len(gzip.compress(css)) <= 8 * 1024
    assert len(gzip.compress(script)) <= 3.5 * 1024
    assert sum(map(len, map(gzip.compress, (css, script, html)))) + len(font) <= 40 * 1024


def test_a_printed_page_that_is_nearly_full_is_not_followed_by_an_empty_one(open_page):
    page = open_page(GALLERY)
    page.emulate_media(media="print")
    page.evaluate(
        """height => {
          const main = document.querySelector("main");
          const filled = document.createElement("div");
          filled.textContent = "Lesson";
          main.replaceChildren(filled);
          filled.style.blockSize = `${height - filled.getBoundingClientRect().top}px`;
        }""",
        PRINTED_HEIGHT - 25,
    )
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    with pikepdf.open(BytesIO(paper)) as printed:
        assert len(printed.pages) == 1
