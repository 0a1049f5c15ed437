"""What the outbox gives to Wagtail's log and to the operators."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from lms.hooks import Finding
from lms.mail.webhooks import is_proved

DONE = {
    "cancel": _("Message cancelled"),
    "resend": _("Message sent again by hand"),
    "settle": _("Message that came back seen to"),
    "pass_mailing": _("First letters accepted: the rest goes"),
    "hold_mailing": _("Held: too many of the first letters came back"),
    "stop_mailing": _("Letters stopped"),
    "go_on_mailing": _("Letters let go on"),
}


@hooks.register("register_log_actions")
def log_actions(actions):
    for name, label in DONE.items():
        actions.register_action(f"mail.{name}", label, label)


@hooks.register("health")
def findings(at):
    """That bounces are not heard of, where a provider is named who could tell."""
    provider = settings.EMAIL_PROVIDER
    if not provider or is_proved(provider):
        return []
    text = _("Mails that come back are not heard of: %(provider)s has no key or secret here.")
    return [Finding("warning", "bounces", text % {"provider": provider})]
