"""What the roof gives to Wagtail's admin: what its log says about the demonstration, and a menu
without what leads elsewhere."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from lms.demo.standing import BUILT, MOVED


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(BUILT, _("Build demonstration"), _("Demonstration built"))
    actions.register_action(MOVED, _("Move demonstration"), _("Demonstration moved to today"))


@hooks.register("construct_help_menu")
def keep_help_on_this_site(request, items):
    """Wagtail's news and its guide are pages of another site, in English."""
    items[:] = [item for item in items if not item.url.startswith("https://")]
