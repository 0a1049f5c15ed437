"""What the worker calls."""

from enrollment.services.due import sweep_editions
from lms import clock


def task_sweep_editions() -> str:
    """Every minute: what the clock makes due in the editions. Gives what was done, for the log."""
    return report(sweep_editions(clock.now()))


def report(done: dict[str, int]) -> str:
    """`2 offers expired, 1 called from the waitlist`."""
    return ", ".join(f"{count} {name}" for name, count in done.items()) or "nothing was due"
