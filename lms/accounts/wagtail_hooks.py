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
