"""The guards of the house: imports and relations point down."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

FLOORS = {
    "accounts": 0,
    "media": 1,
    "mail": 1,
    "work": 1,
    "lms": 1,
    "enrollment": 2,
    "content": 3,
    "certificates": 3,
}


def test_imports_point_down():
    lint = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([lint, "--no-cache"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m._meta.app_label in FLOORS])
def test_relations_point_down(model):
    here = model._meta.app_label
    for field in model._meta.get_fields():
        target = field.related_model if field.concrete and field.is_relation else None
        there = target and target != "self" and target._meta.app_label
        if there in FLOORS and there != here:
            assert FLOORS[there] < FLOORS[here], f"{model.__name__}.{field.name} points up"


READ_ONLY = {
    "lms/accounts/sessions.py",
    "enrollment/staff/alumni.py",
    "content/staff/bank.py",
}


def test_nothing_is_written_while_a_list_is_still_being_read():
    """SQLite refuses at once ("database is locked") to write on a connection that has begun to
    read before another one wrote; what is listed and changed is read to its end first."""
    root = Path(__file__).resolve().parent.parent
    reading = {
        str(path.relative_to(root))
        for app in FLOORS
        for path in (root / app).rglob("*.py")
        if ".iterator(" in path.read_text()
    }
    assert reading == READ_ONLY
