"""Programs that files describe: what their files say holds together, and no code knows of them."""

import json
import re
from pathlib import Path

import pytest

from content.dates import NUMBERED, check, parse
from enrollment.demo.calendars import calendar_of
from enrollment.demo.data import PARTICIPANTS
from enrollment.forms.checking import problems_in
from lms.demo.described import PROGRAMS, Described, described, description_of
from tests.builders import instant

ROOT = Path(__file__).resolve().parents[2]
TODAY = instant("2026-06-10T18:00").date()
FILES = "program form people accounts designs pages modules lessons questions discussions posts"
LANGUAGES = {"es", "pt-br", "en"}
MARK = re.compile(r"\[\[.*?\]\]")
# The demonstration's own words about its people: in all languages of the site.
ABOUT_ACCOUNTS = ("role_label", "about")

programs = pytest.mark.parametrize("one", described(), ids=lambda one: one.slug)


def every_text(value, path=()):
    """`(path, value)` of each string below a value of JSON."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from every_text(below, (*path, key))
    elif isinstance(value, list):
        for place, below in enumerate(value):
            yield from every_text(below, (*path, place))
    elif isinstance(value, str):
        yield path, value


def multilingual(value):
    """Each `{language: …}` below a value of JSON."""
    if isinstance(value, dict):
        if value and set(value) <= LANGUAGES:
            yield value
        for key, below in value.items():
            if key not in ABOUT_ACCOUNTS:
                yield from multilingual(below)
    elif isinstance(value, list):
        for below in value:
            yield from multilingual(below)


def test_there_is_a_program_that_no_code_knows_of():
    """Neither its short name, its editions, its pages, its people nor its words."""
    assert described()
    known = re.compile("|".join(map(re.escape, sum(map(names_of, described()), []))))
    for folder in ("lms", "enrollment", "content", "certificates", "tests"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".html", ".txt", ".js", ".css"):
                found = known.search(path.read_text(encoding="utf-8"))
                assert found is None, (path, found and found.group())


def names_of(one: Described) -> list[str]:
    says = one.read("program")
    return [
        one.slug,
        one.read("pages")["address"],
        says["contact_email"].partition("@")[2],
        *says["title"].values(),
        *(edition["slug"] for edition in says["editions"]),
        *(discussion["slug"] for discussion in one.read("discussions")),
        *(row["email"] for row in one.read("accounts")),
        *(text for module in one.read("modules") for text in module["title"].values()),
    ]


def test_nothing_describes_the_program_that_has_scenes_of_its_own():
    assert description_of("judicial-internet") is None


@programs
def test_all_files_are_there_and_the_folder_is_named_as_the_program(one):
    assert {path.stem for path in (PROGRAMS / one.slug).iterdir()} == set(FILES.split())
    assert one.read("program")["slug"] == one.slug


@programs
@pytest.mark.parametrize("name", FILES.split())
def test_every_text_is_in_each_of_its_languages_and_in_no_other(one, name):
    if name == "people":  # what the invented people type, by the language in which they type
        return
    for texts in multilingual(one.read(name)):
        assert set(texts) == set(one.languages), texts
        assert all(texts.values()), texts


@programs
def test_translations_have_the_same_blocks_in_the_same_order(one):
    first, *others = one.languages
    pages = [one.read("pages")["program"], *one.read("pages")["below"].values()]
    bodies = [{language: page[language]["body"] for language in one.languages} for page in pages]
    for discussion in one.read("discussions"):
        bodies += [discussion["opening"], discussion["synthesis"]]
    for body in [*one.read("lessons").values(), *bodies]:
        for language in others:
            assert shape(body[language]) == shape(body[first])


def shape(blocks: list[dict]) -> list[tuple]:
    return [(block["type"], len(block.get("items", ""))) for block in blocks]


@programs
def test_dates_that_texts_name_are_dates_of_its_editions(one):
    counted = {
        "phase_opens": 1,
        "phase_closes": 1,
        "module_opens": len(one.read("modules")),
        "discussion_opens": len(one.read("discussions")),
        "discussion_closes": len(one.read("discussions")),
    }
    assert set(counted) == set(NUMBERED)
    for name in ("pages", "lessons", "discussions"):
        for path, text in every_text(one.read(name)):
            check(text)
            for mark in MARK.findall(text):
                which, number, _form = parse(mark)
                assert which not in ("release", "respond_by", "decisions_locked"), path
                assert (number or 0) <= counted.get(which, 0), path


@programs
def test_its_form_can_be_asked_and_links_to_its_own_notice(one):
    assert problems_in(one.read("form"), one.languages[0]) == []
    pages = one.read("pages")
    [page] = [field["page"] for field in one.read("form") if "page" in field]
    address, _slash, notice = page.partition("/")
    assert address == pages["address"] and notice in pages["below"]


@programs
def test_lessons_and_questions_belong_to_modules(one):
    modules = one.read("modules")
    lessons = [lesson["slug"] for module in modules for lesson in module["lessons"]]
    assert sorted(lessons) == sorted(one.read("lessons"))
    for module in modules:
        bank = [says for says in one.read("questions") if says["module"] == module["slug"]]
        assert len({says["key"] for says in bank}) == len(bank) > module["draw"]
    for says in one.read("questions"):
        right = [option for option in says["options"] if option["correct"]]
        assert len(right) == 1 or says["kind"] == "multiple"
        assert 0 < len(right) < len(says["options"])
        assert says["explanation"]


@programs
def test_its_calendars_hold_together_and_its_people_stand_in_them(one):
    says = one.read("program")
    for edition in says["editions"]:
        dates = calendar_of(one.slug, edition["slug"], TODAY)
        opens, closes = dates.phase_one
        assert dates.window[0] < dates.window[1] <= dates.last_entry < closes
        assert opens <= dates.modules[0] and list(dates.modules) == sorted(dates.modules)
        assert len(dates.modules) == len(one.read("modules"))
        assert len(dates.discussions) == len(one.read("discussions"))
        assert all(opens < first < last < closes for first, last in dates.discussions)
        assert closes < dates.certificates
        assert len(edition["reached"]) in (0, *range(1, len(dates.modules) + 2))
    editions = {edition["slug"] for edition in says["editions"]}
    roles = {role["key"] for role in says["roles"]}
    accounts = one.read("accounts")
    for row in accounts:
        if row["role"] in PARTICIPANTS:
            assert row["edition"] in editions and row["job"] in roles
            assert row["country"] in one.read("people")["countries"]
    held = {row["role"] for row in accounts}
    assert {"coordinator", "second_approver"} <= held
    experts = {row["email"] for row in accounts if row["role"] == "expert"}
    assert {says["expert"] for says in one.read("discussions")} <= experts


@programs
def test_files_are_written_as_a_person_would_read_them(one):
    for path in (PROGRAMS / one.slug).iterdir():
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n", path
