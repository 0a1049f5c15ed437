"""Somebody at a screen, who looks at every page she comes to."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from tests.browser.answering import HOST
from tests.entrance import last_code, path_to

CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
NARROW = 320
SHOTS = os.environ.get("SCREENSHOTS")  # a folder, for people who want to look


class Reader:
    """Goes, fills in and presses; each page is checked as it comes: its language, nothing in the
    console, no scrolling sideways, and in each of `schemes` (light, dark) no axe violation."""

    def __init__(self, page, language: str, schemes=()):
        self.page, self.language, self.schemes = page, language, schemes
        self.seen, self.refusals = [], set()

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def go(self, path: str, status: int = 200) -> None:
        response = self.page.goto(HOST + path)
        self.look(response, status)

    def press(self, what: str, status: int = 200) -> None:
        """Press what leads to another page: a link or a button, by its selector."""
        with self.page.expect_navigation() as arriving:
            self.page.locator(what).first.click()
        self.look(arriving.value, status)

    def follow(self, path: str) -> None:
        """Press the link to a path: it has to be on the page."""
        self.press(f"a[href='{path}']")

    def fill(self, **answers: str) -> None:
        """Answer fields by their names: typed, chosen or ticked."""
        for name, value in answers.items():
            control = self.page.locator(f"main [name='{name}']").first
            kind = control.evaluate("e => e.type")
            if kind == "checkbox":
                control.check()
            elif kind == "radio":
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            elif kind == "select-one":
                control.select_option(value)
            else:
                control.fill(value)

    def enter(self, email: str) -> None:
        """From the page that asks for an address, by the code that is mailed."""
        self.fill(email=email)
        self.press("main form button")
        self.fill(code=last_code(email))
        self.press("main form button")

    def come_back(self, email: str) -> None:
        """Sign in, as after the weeks in which a session ends."""
        self.page.answers.client.cookies.clear()
        self.go(path_to("accounts:enter", self.language))
        self.enter(email)

    # -- what every page must be ------------------------------------------------------------

    def look(self, response, status: int) -> None:
        where = f"{self.language} {self.path}"
        assert response.status == status, (where, response.status, self.page.answers.failures)
        self.page.wait_for_load_state("load")
        assert self.page.locator("html").get_attribute("lang") == self.language, where
        assert self.page.locator("h1").count() == 1, where
        self.assert_fits(where)
        self.photograph()
        self.seen.append(self.path)
        for scheme in self.schemes:
            self.assert_accessible(scheme, where)
        self.refusals.add(f"status of {status} ")
        complaints = [text for text in self.page.complaints if not self.is_refusal(text)]
        assert not complaints, (where, complaints)

    def is_refusal(self, complaint: str) -> bool:
        """Chromium notes in the console each page that is not a 200; these were meant."""
        return any(status in complaint for status in self.refusals)

    def assert_fits(self, where: str) -> None:
        size = self.page.viewport_size
        for width in {size["width"], NARROW} if size["width"] < 768 else {size["width"]}:
            self.page.set_viewport_size({**size, "width": width})
            needed = self.page.evaluate("document.documentElement.scrollWidth")
            assert needed <= width, (where, width, needed)
        self.page.set_viewport_size(size)

    def assert_accessible(self, scheme: str, where: str) -> None:
        """All of axe in the first scheme; in the others what depends on colors."""
        self.page.emulate_media(color_scheme=scheme)
        options = {} if scheme == self.schemes[0] else {"options": CONTRAST}
        results = Axe().run(self.page, **options)
        assert results.violations_count == 0, f"{where} ({scheme})\n{results.generate_report()}"
        self.page.emulate_media(color_scheme=self.schemes[0])

    def photograph(self) -> None:
        if SHOTS:
            number = f"{len(self.seen):02d}"
            name = f"{self.language}-{number}{self.path.replace('/', '_')}.png"
            self.page.screenshot(path=Path(SHOTS, name), full_page=True)
