from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    label = "content"
    verbose_name = _("Content")

    def ready(self):
        from content import page_rights, signals  # noqa: F401  page_rights connects itself

        signals.connect()
