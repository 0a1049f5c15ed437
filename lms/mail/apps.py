from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "lms.mail"
    label = "mail"
    verbose_name = _("Mail")

    def ready(self):
        from lms import kept
        from lms.mail.models import Wording

        for signal in (post_save, post_delete):
            signal.connect(kept.drop, sender=Wording, dispatch_uid="drop kept wordings")
