"""What a deployment must not do, told by `manage.py check`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register

LOCAL = {"localhost", "127.0.0.1", "::1"}


@register()
def demonstration_stays_local(app_configs=None, **_options):
    """The demonstration signs anybody in as anybody: it answers on this machine alone."""
    if not settings.DEMO:
        return []
    hosts = {host.strip("[]") for host in settings.ALLOWED_HOSTS}
    strangers = (hosts | {urlsplit(settings.SITE_URL).hostname}) - LOCAL
    if not strangers:
        return []
    return [
        Error(
            "DEMO is on, and the site answers at more than localhost: "
            + ", ".join(sorted(map(str, strangers))),
            hint="Unset DEMO, or let SITE_URL and ALLOWED_HOSTS name localhost only.",
            id="accounts.E001",
        )
    ]
