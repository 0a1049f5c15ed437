"""What accounts give to Wagtail's admin: the names of what its log says about them."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

ACTS = {
    "sign_up": (_("Create account"), _("Account created")),
    "set_preferences": (_("Change settings"), _("Settings changed")),
    "add_backup": (_("Add backup address"), _("Backup address added")),
    "remove_backup": (_("Remove backup address"), _("Backup address removed")),
    "change_address": (_("Change address"), _("Address changed")),
    "cancel_change": (_("Cancel change of address"), _("Change of address cancelled")),
    "ask_rescue": (_("Ask for another address"), _("Another address asked for")),
    "confirm_rescue": (_("Confirm another address"), _("Another address confirmed")),
    "refuse_rescue": (_("Refuse another address"), _("Another address refused")),
    "ask_factor_rescue": (_("Ask to remove second step"), _("Removal of second step asked for")),
    "confirm_factor_rescue": (
        _("Confirm removal of second step"),
        _("Removal of second step confirmed"),
    ),
    "refuse_factor_rescue": (
        _("Refuse removal of second step"),
        _("Removal of second step refused"),
    ),
    "keep_factor": (_("Keep second step"), _("Second step kept")),
    "apply_factor_rescue": (_("Remove second step"), _("Second step removed")),
    "sign_out_elsewhere": (_("Sign out elsewhere"), _("Signed out elsewhere")),
    "download_data": (_("Download own data"), _("Own data downloaded")),
    "ask_erasure": (_("Ask for erasure"), _("Erasure asked for")),
    "withdraw_erasure": (_("Withdraw erasure"), _("Request for erasure withdrawn")),
    "erase": (_("Erase"), _("Erased")),
}


@hooks.register("register_log_actions")
def log_actions(actions):
    for name, labels in ACTS.items():
        actions.register_action(f"accounts.{name}", *labels)
