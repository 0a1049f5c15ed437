"""What enrollment gives to the roof and to Wagtail's admin: registrations only."""

from wagtail import hooks

from enrollment.log_actions import register_actions
from lms.hooks import Schedule

hooks.register("register_log_actions", register_actions)


@hooks.register("schedules")
def schedules():
    return [Schedule("editions", "enrollment.tasks.task_sweep_editions", minutes=1)]
