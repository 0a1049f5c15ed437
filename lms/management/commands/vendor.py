"""Makes `lms/static/vendor/` again: the files of others that the site ships."""

import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

PACKAGE = "@fontsource/source-serif-4@5.3.1"
FONT = "package/files/source-serif-4-latin-600-normal.woff2"
LICENCE = "package/LICENSE"
# Basic Latin, Latin-1, Œ and œ, dashes, quotation marks, bullet, ellipsis, euro.
LETTERS = (
    "U+20-7E,U+A0-FF,U+152-153,U+2013-2014,U+2018-201A,U+201C-201E,U+2022,U+2026,U+2039-203A,U+20AC"
)
FEATURES = "kern,liga,locl,ccmp,pnum,tnum"


class Command(BaseCommand):
    help = "Fetches the heading font with npm, reduces it to our letters and notes its checksum."

    def handle(self, *args, **options):
        target = Path(settings.ROOT, "lms", "static", "vendor")
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(  # noqa: S603
                ["npm", "pack", "--silent", PACKAGE],  # noqa: S607
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            )
            with tarfile.open(Path(folder, run.stdout.split()[-1])) as package:
                (target / "OFL.txt").write_bytes(package.extractfile(LICENCE).read())
                whole = Path(folder, "whole.woff2")
                whole.write_bytes(package.extractfile(FONT).read())
            subset(whole, target / "source-serif-4-600.woff2")
        (target / "SHA256SUMS").write_text(sums(target))
        self.stdout.write((target / "SHA256SUMS").read_text())


def subset(source: Path, target: Path) -> None:
    from fontTools.subset import main

    options = [f"--unicodes={LETTERS}", f"--layout-features={FEATURES}", "--flavor=woff2"]
    main([str(source), *options, f"--output-file={target}"])


def sums(folder: Path) -> str:
    """`sha256sum`'s own format, for the fonts of `folder`."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.glob("*.woff2"))
    )
