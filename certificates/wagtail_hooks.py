"""What certificates give to the roof and to Wagtail's admin."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from certificates import privacy, queries
from certificates.demo.building import build as demo_build
from certificates.message_kinds import message_kinds
from certificates.models import Kind
from certificates.staff import menu, panel
from lms.hooks import Card, NextStep

hooks.register("export_person", privacy.export_certificates)
hooks.register("erase_person", privacy.erase_certificates)
hooks.register("sweep", privacy.forget_old_names)
hooks.register("demo_build", demo_build, order=2)
hooks.register("message_kinds", message_kinds)
hooks.register("person_panel", panel.person_panel)
hooks.register("person_history", panel.person_history)
hooks.register("register_admin_menu_item", menu.certificates_menu)


@hooks.register("register_admin_urls")
def staff_urls():
    return [path("certificates/", include("certificates.staff.urls"))]


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("certificates.issue", _("Issue certificate"), _("Certificate issued"))
    actions.register_action(
        "certificates.supersede", _("Replace certificate"), _("Certificate replaced")
    )
    actions.register_action(
        "certificates.revoke", _("Revoke certificate"), _("Certificate revoked")
    )
    actions.register_action(
        "certificates.export", _("Export certificates"), _("Certificates exported")
    )
    actions.register_action("certificates.add_design", _("Add design"), _("Design made"))
    actions.register_action("certificates.change_design", _("Change design"), _("Design changed"))


@hooks.register("site_menu")
def site_menu(request):
    return [
        {
            "text": _("Verify a certificate"),
            "url": reverse("certificates:verify"),
            "place": "foot",
        }
    ]


@hooks.register("home_card")
def home_card(user, at):
    held = queries.shown_to(user, at)
    if not held:
        return None
    return Card(30, "certificates/home_card.html", {"certificates": held})


@hooks.register("next_step")
def next_step(user, at):
    """Nothing is left to do: the newest certificate of a whole edition is there."""
    held = [one for one in queries.shown_to(user, at) if one.kind == Kind.PROGRAM]
    certificate = next(iter(held), None)
    if certificate is None:
        return None
    text = _("You have completed “%(edition)s”, and your certificate is ready.")
    return NextStep(
        84,
        standing=str(text) % {"edition": certificate.edition.title},
        text=str(_("See your certificate")),
        url=reverse("certificates:mine"),
        zone=certificate.edition.deadline_zone,
        edition_id=certificate.edition_id,
    )
