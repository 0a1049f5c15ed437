"""The outbox: every mail is a row before it is a mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_SUBJECT, LONGEST_TEXT = 150, 10_000  # characters


class MessageStatus(models.TextChoices):
    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("claimed by the worker")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted by the mail server")
    BOUNCED = "bounced", _("bounced")
    FAILED = "failed", _("failed")
    UNCERTAIN = "uncertain", _("uncertain: the mail server's answer was lost")
    CANCELLED = "cancelled", _("cancelled")


_S = MessageStatus
TRANSITIONS = {
    _S.QUEUED: {_S.CLAIMED, _S.CANCELLED},
    _S.CLAIMED: {_S.SENDING, _S.QUEUED, _S.FAILED},
    _S.SENDING: {_S.ACCEPTED, _S.QUEUED, _S.FAILED, _S.BOUNCED, _S.UNCERTAIN},
    _S.ACCEPTED: {_S.BOUNCED},
    _S.BOUNCED: {_S.QUEUED},
    _S.FAILED: {_S.QUEUED},
    _S.UNCERTAIN: {_S.QUEUED, _S.ACCEPTED, _S.BOUNCED},
    _S.CANCELLED: set(),
}
# Where a person has to look: resent by hand, never by themselves.
RESENDABLE = (_S.UNCERTAIN, _S.FAILED, _S.BOUNCED)
IN_FLIGHT = (_S.CLAIMED, _S.SENDING)


class MessageQuerySet(models.QuerySet):
    def due(self, at):
        """Waiting to be sent at `at`: codes first, then the longest due."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        return self.filter(alive, status=_S.QUEUED, due_at__lte=at).order_by(
            "-is_code", "due_at", "id"
        )

    def letters(self):
        """Everything but the mails that carry a code, which nobody sees."""
        return self.filter(is_code=False)


class OutgoingMessage(models.Model):
    """One mail to one person about one thing. `lms.mail.services` alone writes `status`.

    `instead_of` is the bounced mail that this one brings to the backup address.
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
    error = models.TextField(_("the mail server's answer"), blank=True)
    instead_of = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="sent_again_as"
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "template", "about", "version"],
                condition=Q(is_code=False, person__isnull=False, instead_of__isnull=True),
                name="one_message_per_person_and_fact",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_code", "due_at", "id"],
                condition=Q(status="queued"),
                name="message_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(status__in=["claimed", "sending"]),
                name="message_lease",
            ),
            models.Index(fields=["about"], name="message_about"),
        ]

    def __str__(self):
        return f"{self.template} → {self.to}"


class Wording(models.Model):
    """What the mails of one kind say in one language in the words of a program's staff, instead of
    what the site ships; both parts are empty once they were taken back. `scope` is a program's
    slug, as a message's. `lms.mail.rewording` alone writes it: a row is made once, and
    the log of what it said hangs on it."""

    scope = models.CharField(max_length=80)
    template = models.CharField(_("kind"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "template", "language"],
                name="one_wording_per_scope_kind_and_language",
            ),
            models.CheckConstraint(
                condition=Q(subject="", text="") | (~Q(subject="") & ~Q(text="")),
                name="wording_has_both_parts",
            ),
        ]

    def __str__(self):
        return f"{self.template} ({self.language})"
