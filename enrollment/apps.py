from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrollmentConfig(AppConfig):
    name = "enrollment"
    label = "enrollment"
    verbose_name = _("Enrollment")

    def ready(self):
        from enrollment import acts, signals  # noqa: F401  acts registers what two people do

        signals.connect()
