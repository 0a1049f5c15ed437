"""One style sheet and one script for the whole site, without a build.

Each app keeps one file per component in `styles/` and one per behaviour in `scripts/`. This
staticfiles finder joins them, the base's first, into `lms/site.css` and `lms/site.js`: at
`collectstatic`, and at each change while developing.
"""

import os
import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

FIRST = ["tokens", "base", "layout"]
LAST = ["print"]
ASSEMBLED = {"lms/site.css": ("styles", ".css"), "lms/site.js": ("scripts", ".js")}
COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def parts(folder: str, suffix: str) -> list[Path]:
    """The files to join: tokens, base and layout, then by app and name, print last."""
    found = [
        path
        for app in apps.get_app_configs()
        for path in sorted(Path(app.path, folder).glob(f"*{suffix}"))
    ]

    def place(path):
        if path.stem in FIRST:
            return FIRST.index(path.stem)
        return len(FIRST) + (path.stem in LAST)

    return sorted(found, key=place)


def assemble(name: str) -> str:
    """The text of `lms/site.css` or `lms/site.js`, without comments and indentation."""
    text = "\n".join(path.read_text() for path in parts(*ASSEMBLED[name]))
    lines = (line.strip() for line in COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


class AssemblyFinder(BaseFinder):
    @property
    def storage(self) -> FileSystemStorage:
        return FileSystemStorage(location=settings.VAR / "assembled")

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        if path not in ASSEMBLED:
            return []
        written = self.write(path)
        return [written] if find_all else written

    def list(self, ignore_patterns):
        for name in ASSEMBLED:
            self.write(name)
            yield name, self.storage

    def write(self, name: str) -> str:
        path, text = Path(self.storage.path(name)), assemble(name)
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            whole = path.with_suffix(f".{os.getpid()}")
            whole.write_text(text)
            whole.replace(path)
        return str(path)
