import pytest


@pytest.fixture
def letter_templates(settings, tmp_path):
    """Two mails of our own, `tests/fact` and `tests/code`, so that no app is needed."""
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "fact.subject.txt").write_text("About {{ name }}\n")
    (folder / "fact.txt").write_text(
        "{% load i18n %}{% get_current_language as L %}{{ L }}: {{ name }}\n\n{{ site_url }}/x/\n"
    )
    (folder / "code.subject.txt").write_text("Your code {{ code }}")
    (folder / "code.txt").write_text("The code: {{ code }}, for {{ minutes }} minutes.")
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
