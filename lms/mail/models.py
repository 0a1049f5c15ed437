"""The outbox: every mail is a row before it is a mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MessageStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("claimed by the worker")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted by the mail server")
    BOUNCED = "bounced", _("bounced")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain: the mail server's answer was lost")
    CANCELLED = "cancelled", _("cancelled")


class OutgoingMessage(models.Model):
    """One mail to one person about one thing. `lms.mail.services` alone writes `status`.

    `scope` names whose staff may see it (a program's slug; empty: nobody's). A message that
    carries a code has `is_code`, an encrypted body until it is sent, and is in no list.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages",
    )
    to = models.EmailField(_("to"))
    language = models.CharField(max_length=10)
    template = models.CharField(_("kind"), max_length=60)
    about = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)
    scope = models.CharField(max_length=80, blank=True, db_index=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    reply_to = models.EmailField(blank=True)
    is_code = models.BooleanField(default=False)
    status = models.CharField(
        _("status"), max_length=12, choices=MessageStatus, default=MessageStatus.QUEUED
    )
    created_at = models.DateTimeField(_("written"))
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "template", "about", "version"],
                condition=Q(is_code=False, person__isnull=False),
                name="one_message_per_person_and_fact",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="queued"), name="message_due"),
            models.Index(fields=["about"], name="message_about"),
        ]

    def __str__(self):
        return f"{self.template} → {self.to}"
