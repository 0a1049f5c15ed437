"""What the worker calls."""

from content.services.quizzes import settle_all_attempts
from lms import clock


def task_settle_attempts() -> str:
    """Every minute: hand in, as saved, the attempts whose phase has closed."""
    return f"{settle_all_attempts(clock.now())} attempts handed in"
