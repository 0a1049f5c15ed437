"""What is announced was changed: nothing kept of it is shown any more."""

from django.db.models.signals import post_delete, post_save

from enrollment.models import ApplicantRole, Edition, Phase, Program, RegistrationWindow
from lms import kept


def connect() -> None:
    for model in (ApplicantRole, Edition, Phase, Program, RegistrationWindow):
        for signal in (post_save, post_delete):
            signal.connect(kept.drop, sender=model, dispatch_uid=f"drop kept {model.__name__}")
