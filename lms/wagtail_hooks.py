"""What the roof gives to Wagtail's admin: what its log says about the demonstration."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from lms.demo.standing import BUILT, MOVED


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(BUILT, _("Build demonstration"), _("Demonstration built"))
    actions.register_action(MOVED, _("Move demonstration"), _("Demonstration moved to today"))
