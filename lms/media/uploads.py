"""Files that people upload: told by what is in them, never by their name or by what a browser says
of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.core.cache import cache
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from lms.decisions import DomainError
from lms.media import inspecting
from lms.typed import one_line, storable

MEGABYTE = 1024 * 1024
AT_MOST = 30  # seconds that a file may take to be looked at, of which few may be the processor's
WAITS = 5  # seconds for its turn
OF_A_PERSON = 2  # files in all processes: one that is looked at, and one that waits
IN_A_PROCESS = 2  # the same of everybody: the other threads stay with the site
ALL_AT_MOST = 45  # seconds that the files of one request may take together
LONGEST_STEM = 80
NEEDED = ("LD_LIBRARY_PATH",)  # where Python's own libraries may lie; nothing else is handed on
NOT_IN_NAMES = '<>:"|?*/\\%'
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u061c\ufeff"
_line = threading.BoundedSemaphore(IN_A_PROCESS)
_turn = threading.Lock()  # a file at a time for each process: each may take much memory


@dataclass(frozen=True)
class Kind:
    mime: str
    ending: str
    name: str


KINDS = {
    "pdf": Kind("application/pdf", ".pdf", "PDF"),
    "jpeg": Kind("image/jpeg", ".jpg", "JPEG"),
    "png": Kind("image/png", ".png", "PNG"),
}

REFUSALS = {
    "empty": _("The file is empty: choose it again."),
    "wrong_type": _("This is no file of a kind that is accepted here, whatever its name says."),
    "damaged": _(
        "The file cannot be opened: it is damaged or was not saved whole. Save it anew and choose "
        "it again."
    ),
    "locked": _("The PDF asks for a password. Save it without one and choose it again."),
    "runs": _(
        "The PDF holds a program, or a form that runs one. Print it to a new PDF and choose that."
    ),
    "reaches": _(
        "The PDF opens an address or another file by itself, or sends what is typed into it. Print "
        "it to a new PDF and choose that."
    ),
    "holds": _("The PDF holds other files inside it. Print it to a new PDF and choose that."),
    "too_many_pixels": _("The image is too large. Make it smaller and choose it again."),
    "too_large": _(
        "Without what does not belong to it the image takes more space than is accepted. Make it "
        "smaller and choose it again."
    ),
    "too_heavy": _(
        "The file could not be looked through. Print it to a new PDF, or choose a smaller one."
    ),
    "busy": _("Too many files arrive at this moment. Choose it again in a minute."),
}


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: `name` as it may be shown, `kind` of `KINDS`."""

    name: str
    kind: str
    content: bytes


def latest() -> float:
    """Until when the files of a request that comes now may take, of `time.monotonic`."""
    return time.monotonic() + ALL_AT_MOST


@contextmanager
def in_line(person: int) -> Iterator[None]:
    """A place for one file of the person, of the few that each has in all processes. Raises
    DomainError with `busy` where none is free. A place that a killed process held is free again
    once its file could have been looked at."""
    keys = [f"upload:{person}:{place}" for place in range(OF_A_PERSON)]
    key = next((key for key in keys if cache.add(key, True, WAITS + AT_MOST)), None)
    if key is None:
        raise _refused("busy")
    try:
        yield
    finally:
        cache.delete(key)


def received(file, allowed: Collection[str], most: int, *, until: float | None = None) -> Upload:
    """The uploaded file, looked through: one of the `allowed` kinds, of at most `most` bytes, and
    no later than `until` (of `latest`). An image is drawn anew. Raises DomainError with the
    reason: `busy` where another waits already, or where it did not come to its turn, or not to its
    end in time."""
    if file.size > most:
        raise DomainError("too_large", too_large(file.size, most))
    content = file.read()
    if not content:
        raise _refused("empty")
    if inspecting.kind_of(content) not in allowed:
        raise _refused("wrong_type")
    kind, kept = _apart(content, most, latest() if until is None else until)
    return Upload(shown_name(file.name, kind), kind, kept)


def too_large(size: int, most: int):
    sizes = {"size": number_format(size / MEGABYTE, 1), "most": f"{most / MEGABYTE:g}"}
    return _("The file has %(size)s MB; at most %(most)s MB are accepted.") % sizes


def shown_name(name: str, kind: str) -> str:
    """The file's name without folders, without what is not seen or turns the direction of a line,
    not too long, and with the ending of what the file is."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in storable(last) if sign not in INVISIBLE)
    whole = one_line("".join("_" if sign in NOT_IN_NAMES else sign for sign in seen))
    stem = PurePosixPath(whole).stem if "." in whole.strip(".") else whole
    return (stem.strip(". ")[:LONGEST_STEM].strip() or "file") + KINDS[kind].ending


def _apart(content: bytes, most: int, until: float) -> tuple[str, bytes]:
    if not _line.acquire(blocking=False):
        raise _refused("busy")
    try:
        return _in_turn(content, most, until)
    finally:
        _line.release()


def _in_turn(content: bytes, most: int, until: float) -> tuple[str, bytes]:
    if not _turn.acquire(timeout=max(0, min(WAITS, until - time.monotonic()))):
        raise _refused("busy")
    left = until - time.monotonic()
    try:
        answer = _run(content, most, max(0, min(AT_MOST, left)))
    except subprocess.TimeoutExpired as error:
        raise _refused("busy" if left < AT_MOST else "too_heavy") from error
    except subprocess.CalledProcessError as error:
        raise _refused("too_heavy") from error
    finally:
        _turn.release()
    told, _line, kept = answer.partition(b"\n")
    told = json.loads(told)
    if "refused" in told:
        raise _refused(told["refused"])
    return told["kind"], kept


def _run(content: bytes, most: int, seconds: float) -> bytes:
    """What the program answers in so many seconds. It knows no secret of the site, and lies in an
    empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(  # noqa: S603  our own program; the file goes in by stdin
            [sys.executable, "-I", str(Path(inspecting.__file__)), str(most)],
            input=content,
            capture_output=True,
            timeout=seconds,
            check=True,
            cwd=folder,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    return done.stdout


def _refused(code: str) -> DomainError:
    return DomainError(code, REFUSALS[code])
