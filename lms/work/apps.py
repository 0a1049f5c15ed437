from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkConfig(AppConfig):
    name = "lms.work"
    label = "work"
    verbose_name = _("Background work")

    def ready(self):
        from lms.work import claims  # noqa: F401
