"""What the worker calls."""

from content.models import PageCopy, Question
from content.services.page_copies import copy_pages
from content.services.quizzes import regrade_question, settle_all_attempts
from lms import clock
from lms.accounts.models import User


def task_settle_attempts() -> str:
    """Every minute: hand in, as saved, the attempts whose phase has closed."""
    return f"{settle_all_attempts(clock.now())} attempts handed in"


def task_regrade_question(question_id: int, by_id: int) -> str:
    """After a correction: grade again all who were asked the question. Done twice it changes
    nothing more."""
    question = Question.objects.select_related("module").filter(pk=question_id).first()
    if question is None:
        return "the question is gone"
    by = User.objects.filter(pk=by_id).first()
    return f"{regrade_question(question, by=by, at=clock.now())} attempts raised"


def task_copy_pages(copy_id: int) -> str:
    """Copy an edition's pages into another; begun again it goes on where it ended."""
    copy = PageCopy.objects.select_related("edition", "source", "by").filter(pk=copy_id).first()
    if copy is None:
        return "the edition is gone"
    return f"{copy_pages(copy, at=clock.now())} pages copied"
