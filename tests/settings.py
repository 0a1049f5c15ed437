"""The site's own settings, with what a test must not do: send real mail, hash files, wait."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("VAR", tempfile.mkdtemp(prefix="lms-tests-"))
os.environ.setdefault("SITE_URL", "http://localhost:8000")
for name in ("DEMO", "DEBUG", "REDIS_URL", "S3_BUCKET"):
    os.environ.pop(name, None)

from lms.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["*"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
