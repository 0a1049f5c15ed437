"""Processes that end with the one that made them, and words between them that survive a kill."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1


class Flag:
    """Set once, seen by every process that was forked after it was made. A pipe: unlike
    multiprocessing's Event it has no lock that a killed process could take to its grave."""

    def __init__(self):
        self._read, self._write = os.pipe()

    def set(self) -> None:
        os.write(self._write, b".")

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, seconds: float) -> bool:
        return bool(select.select([self._read], [], [], max(seconds, 0))[0])

    def close(self) -> None:
        os.close(self._read)
        os.close(self._write)


def flag_on_signal() -> Flag:
    """A flag that SIGTERM and SIGINT to this process set."""
    flag = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: flag.set())
    return flag


def end_with(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """From here on this process gets a signal when `parent`, which forked it, is gone, however
    it went. On Linux; elsewhere an orphan has to be ended by hand."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        os._exit(1)


def kill_group(pid: int) -> None:
    """Every process of the group that `pid` leads, at once."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
