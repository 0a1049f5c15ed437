"""What certificates give to the roof and to Wagtail's admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from certificates import privacy, queries
from certificates.demo.building import build as demo_build
from lms.hooks import Card

hooks.register("export_person", privacy.export_certificates)
hooks.register("erase_person", privacy.erase_certificates)
hooks.register("sweep", privacy.forget_old_names)
hooks.register("demo_build", demo_build, order=2)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("certificates.issue", _("Issue certificate"), _("Certificate issued"))
    actions.register_action(
        "certificates.supersede", _("Replace certificate"), _("Certificate replaced")
    )
    actions.register_action(
        "certificates.revoke", _("Revoke certificate"), _("Certificate revoked")
    )


@hooks.register("home_card")
def home_card(user, at):
    held = [certificate for certificate in queries.held_by(user) if certificate.is_valid]
    if not held:
        return None
    return Card(30, "certificates/home_card.html", {"certificates": held})
