"""Reads the environment once, for the settings: `.env` beside manage.py, then the process."""

import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(ROOT / ".env")


def starting_with(prefix: str) -> dict[str, str]:
    """What the environment names so, without the prefix."""
    found = env.ENVIRON.items()
    return {name.removeprefix(prefix): value for name, value in found if name.startswith(prefix)}


def local_secret_key(var: Path) -> str:
    """The demonstration's own key: made once, kept in `var/`, never a constant in the code."""
    path = var / "secret_key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text().strip()
