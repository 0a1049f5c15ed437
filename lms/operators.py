"""Those who run the site: the language they read."""

import os

from django.conf import settings


def language() -> str:
    """That of their terminal where the site speaks it, else English."""
    named = next(
        (os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), ""
    )
    codes = [code for code, _name in settings.LANGUAGES]
    return next((code for code in codes if named[:2].lower() == code[:2]), "en")
