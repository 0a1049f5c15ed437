"""Tasks for the tests of the worker."""

import os
import signal
import time
from pathlib import Path


def write_pid(path: str) -> None:
    """Tells which process worked."""
    with open(path, "a") as file:
        file.write(f"{os.getpid()}\n")


def write_pid_and_sleep(path: str, seconds: float) -> None:
    """Long only the first time: so that doing it again shows quickly."""
    first = not Path(path).exists()
    write_pid(path)
    if first:
        time.sleep(seconds)


def die(path: str) -> None:
    write_pid(path)
    os.kill(os.getpid(), signal.SIGKILL)
