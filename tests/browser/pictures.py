"""A coordinator's selection day, from the close of the window to the armed release, done in a
browser on the running demonstration, with the pictures of `docs/coordinators.md` taken on the way.

    make run            # in one terminal, with a fresh var/
    make pictures       # in another; SITE_URL for another address

It prints how long each step took the machine. The demonstration is changed by it.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SITE = os.environ.get("SITE_URL", "http://localhost:8000")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
COORDINATOR, APPROVER = "marcela@programa.example", "andres@programa.example"
WIDTH, HEIGHT, QUALITY = 1180, 820, 62
RULES = [  # of whom, rule, how many, of what
    ("country=", "ceiling", "20", "percent"),
    ("gender=woman", "floor", "45", "percent"),
    ("workplace=rural_or_small_town", "floor", "15", "percent"),
]

KEPT = [  # filters of the applications, by name
    ("&alumni_match=self_declared", "Declared, on no row"),
    ("&workplace=rural_or_small_town", "Rural courts"),
]


class Day:
    """One browser window a person; `step` names what is being done, and times it."""

    def __init__(self, browser):
        self.browser, self.began, self.name = browser, time.monotonic(), ""

    def sign_in(self, email: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="en-US"
        )
        page = context.new_page()
        page.goto(f"{SITE}/demo/")
        page.locator(f"button[value='{email}']").first.click()
        page.wait_for_load_state()
        return page

    def step(self, name: str) -> None:
        now = time.monotonic()
        if self.name:
            print(f"{self.name}: {now - self.began:.1f} s")
        self.name, self.began = name, now


def in_english(page: Page) -> None:
    page.goto(f"{SITE}/en/account/settings/")
    page.locator("select[name=language]").select_option("en")
    page.locator("form:has(select[name=language]) button").first.click()
    page.wait_for_load_state()


def picture(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=QUALITY)


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text).first.click()
    page.wait_for_load_state()


def rules(page: Page, edition: int) -> None:
    page.goto(f"{SITE}/admin/enrollment/selection/{edition}/balance/rules/")
    for row, (who, kind, amount, unit) in enumerate(RULES):
        page.locator(f"[name=rules-{row}-who]").select_option(who)
        page.locator(f"[name=rules-{row}-kind]").select_option(kind)
        page.locator(f"[name=rules-{row}-amount]").fill(amount)
        page.locator(f"[name=rules-{row}-unit]").select_option(unit)
    page.locator("[name=reason]").fill("Announced with the call.")
    page.locator("[name=reason]").blur()
    page.locator("[name=rules-0-who]").evaluate("place => place.scrollIntoView({block: 'center'})")
    picture(page, "rules")
    press(page, "Save the rules")
    picture(page, "balance")


def around(page: Page, edition: int) -> None:
    """What the guide shows beside the day itself: the desk, the lists, the program's pages."""
    page.goto(f"{SITE}/admin/")
    page.locator(".desk-editions").evaluate("place => place.scrollIntoView()")
    picture(page, "desk")
    applications = f"{SITE}/admin/enrollment/applications/?edition={edition}"
    for query, name in KEPT:
        page.goto(f"{applications}{query}")
        page.locator("summary", has_text="Keep this filter").click()
        page.locator("#keep-name").fill(name)
        page.get_by_role("button", name="Keep", exact=True).click()
        page.wait_for_load_state()
    picture(page, "filters")
    page.goto(f"{applications}&proof=open")
    page.locator("td.title a").first.click()
    page.get_by_role("heading", name="Proof of the earlier course").scroll_into_view_if_needed()
    picture(page, "proof")
    page.goto(f"{SITE}/admin/enrollment/editions/{edition}/reading/")
    picture(page, "reading")
    page.goto(f"{SITE}/admin/enrollment/mailings/")
    picture(page, "mailings")
    page.goto(f"{SITE}/admin/enrollment/programs/")
    program = page.locator("td.title a").first.get_attribute("href")
    page.goto(f"{SITE}{program}imports/")
    page.locator("td.title a").first.click()
    picture(page, "import")
    page.goto(f"{SITE}{program}mails/enrollment/application_received/")
    picture(page, "wording")


def by_two(asker: Page, confirmer: Page, act: str, edition: int) -> None:
    asker.goto(f"{SITE}/admin/enrollment/ask/{act}/edition:{edition}/")
    if asker.locator("#reason[required]").count():
        asker.locator("#reason").fill("As planned.")
    picture(asker, f"ask-{act}")
    asker.locator("form:has(#reason) button").first.click()
    asker.wait_for_load_state()
    confirmer.goto(f"{SITE}/admin/enrollment/joint/")
    picture(confirmer, f"confirm-{act}")
    press(confirmer, "Confirm:")


def compare(page: Page, edition: int) -> int:
    """Decide by keys alone, each as its first row says: the same address is the person."""
    url = f"{SITE}/admin/enrollment/editions/{edition}/matches/"
    page.goto(url)
    if page.locator("form[data-by-keys]").count():
        picture(page, "compare")
    decided = 0
    while page.locator("form[data-by-keys]").count():
        is_same = page.locator("form[data-by-keys] dd strong").count() > 1
        with page.expect_navigation():
            page.keyboard.press("1" if is_same else "0")
        decided += 1
    return decided


def settle_duplicates(page: Page, edition: int) -> int:
    """Merge those that are sure at once; of the others, those of one role are one person."""
    url = f"{SITE}/admin/enrollment/editions/{edition}/duplicates/"
    page.goto(url)
    if page.locator("[data-key='1']").count():
        picture(page, "duplicates")
    page.goto(f"{url}sure/")
    if page.locator("[name=chosen]").count():
        page.locator("form:has([name=chosen]) button").click()
        page.wait_for_load_state()
    page.goto(url)
    settled = 0
    while page.locator("[data-key='1']").count():
        is_one = "role" in page.locator("#reason").input_value().partition(". ")[0]
        with page.expect_navigation():
            page.keyboard.press("2" if is_one else "1")
        settled += 1
    return settled


def edition_in_selection(page: Page) -> int:
    """The one whose selection has the most applications."""
    page.goto(f"{SITE}/admin/enrollment/selection/")
    found = {}
    for row in page.locator("table.listing tbody tr").all():
        cells = [re.sub(r"\D", "", cell) for cell in row.locator("td").all_inner_texts()[-2:-1]]
        address = row.locator("a").first.get_attribute("href")
        found[int(address.rstrip("/").split("/")[-1])] = int(cells[0] or 0)
    return max(found, key=found.get)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        day = Day(browser)
        day.step("sign in")
        coordinator, approver = day.sign_in(COORDINATOR), day.sign_in(APPROVER)
        for page in (coordinator, approver):
            in_english(page)
        edition = edition_in_selection(coordinator)
        selection = f"{SITE}/admin/enrollment/selection/{edition}/"
        coordinator.goto(selection)
        picture(coordinator, "selection")
        day.step("look around")
        around(coordinator, edition)
        day.step("compare with the list")
        print(compare(coordinator, edition), "compared")
        day.step("settle the likely duplicates")
        print(settle_duplicates(coordinator, edition), "settled")
        day.step("rules of the balance")
        rules(coordinator, edition)
        day.step("draw")
        press(coordinator, "Write the draw")
        coordinator.goto(selection)
        picture(coordinator, "decided")
        day.step("lock")
        by_two(coordinator, approver, "lock", edition)
        day.step("rehearse")
        coordinator.goto(f"{SITE}/admin/enrollment/editions/{edition}/rehearsal/")
        picture(coordinator, "rehearsal")
        press(coordinator, "Send me these letters")
        day.step("arm")
        by_two(coordinator, approver, "arm", edition)
        coordinator.goto(selection)
        picture(coordinator, "armed")
        day.step("")
        browser.close()


if __name__ == "__main__":
    main()
