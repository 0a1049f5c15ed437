"""An edition was begun from an earlier one; and what is announced was changed: nothing kept of it
is shown any more."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

from enrollment.models import ApplicantRole, Edition, Phase, Program, RegistrationWindow
from lms import kept

# Sent in the transaction with `source` and `copy` (editions), `phases` ({phase of the source: its
# copy}), `shift` (`enrollment.services.copying.Shift`), `by` and `at`.
edition_copied = Signal()


def connect() -> None:
    for model in (ApplicantRole, Edition, Phase, Program, RegistrationWindow):
        for signal in (post_save, post_delete):
            signal.connect(kept.drop, sender=model, dispatch_uid=f"drop kept {model.__name__}")
