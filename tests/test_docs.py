"""Documentation that cannot fall behind: every setting, every make target, every command."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTING = re.compile(r'\benv(?:\.\w+)?\(\s*"([A-Z0-9_]+)"')


def settings() -> list[str]:
    """Every variable that the code reads from the environment."""
    code = "\n".join(path.read_text() for path in (ROOT / "lms").rglob("*.py"))
    return sorted(set(SETTING.findall(code)))


@pytest.mark.parametrize("name", settings())
def test_every_setting_has_a_heading_and_an_example(name):
    assert f"\n### {name}\n" in (ROOT / "docs/operations.md").read_text()
    assert re.search(rf"^#?{name}=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_no_setting_is_described_that_does_not_exist():
    described = re.findall(r"^### (\w+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    examples = re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(described) == sorted(examples) == settings()


def test_every_make_target_is_in_the_readme():
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    readme = (ROOT / "README.md").read_text()
    assert [t for t in targets if t != "help" and f"`make {t}`" not in readme] == []


def test_every_requirement_is_explained():
    names = re.findall(r"^[\w-]+", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    page = (ROOT / "docs/architecture.md").read_text().lower()
    assert [name for name in names if name.lower() not in page] == []


def test_no_link_of_the_documents_is_broken():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
