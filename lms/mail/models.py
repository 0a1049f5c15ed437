"""The outbox: every mail is a row before it is a mail; many of one kind are a mailing."""

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
# What is known not to have arrived.
UNDELIVERED = (_S.BOUNCED, _S.FAILED)


class MailingState(models.TextChoices):
    CANARY = "canary", _("its first letters leave")
    GOING = "going", _("going out")
    HELD = "held", _("held: too many of its first letters came back")
    STOPPED = "stopped", _("stopped")


_M = MailingState
MAILING_TRANSITIONS = {
    _M.CANARY: {_M.GOING, _M.HELD, _M.STOPPED},
    _M.GOING: {_M.STOPPED},
    _M.HELD: {_M.GOING, _M.STOPPED},
    _M.STOPPED: {_M.CANARY, _M.GOING},
}


class Mailing(models.Model):
    """Letters of one kind to many people, which leave paced and after the first of them were
    answered. `lms.mail.mailings` alone writes `state`.

    `kind` and `within` are what its letters are and are about; `scope` as theirs. `passed_at` is
    the instant from which the rest may follow the first.
    """

    key = models.CharField(max_length=250, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    within = models.CharField(max_length=80, blank=True, db_index=True)
    scope = models.CharField(max_length=80, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MailingState, default=MailingState.CANARY
    )
    started_at = models.DateTimeField(_("written"))
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-started_at", "-id"]

    def __str__(self):
        return self.key


class Pace(models.Model):
    """One row, for all workers: from when on the next letter of a mailing may leave, and how many
    times in a row the mail server has said “not now”. `lms.mail.pace` alone writes it."""

    next_at = models.DateTimeField()
    refusals = models.PositiveSmallIntegerField(default=0)


class MessageQuerySet(models.QuerySet):
    def due(self, at):
        """Waiting to be sent at `at`: codes first, then the longest due. Of a mailing what its
        state lets go."""
        alive = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
        first = Q(is_canary=True, mailing__state__in=(_M.CANARY, _M.HELD))
        may_go = Q(mailing=None) | Q(mailing__state=_M.GOING) | first
        return self.filter(alive, may_go, status=_S.QUEUED, due_at__lte=at).order_by(
            "-is_code", "due_at", "id"
        )

    def single(self):
        """What is of no mailing."""
        return self.filter(mailing=None)

    def of_mailings(self):
        """The other way round: the mailing that began first, first."""
        began_first = ("mailing__started_at", "mailing_id")
        return self.filter(mailing__isnull=False).order_by(*began_first, "due_at", "id")

    def unsettled(self):
        """Letters that did not arrive, nor their copy, and that nobody has seen to."""
        rows = self.letters().filter(status__in=UNDELIVERED, settled_at=None)
        return rows.filter(sent_again_as=None)

    def letters(self):
        """Everything but the mails that carry a code, which nobody sees."""
        return self.filter(is_code=False)


class OutgoingMessage(models.Model):
    """One mail to one person about one thing. `lms.mail.services` alone writes `status`.

    `instead_of` is the bounced mail that this one brings to the backup address.
    `scope` names whose staff may see it (a program's slug; empty: nobody's), `within` the row
    that `about` is part of (`edition:12`). `is_canary` marks the first letters of a mailing. A
    message that carries a code has `is_code`, an encrypted body until it is sent, and is in no
    list. `settled_at`: somebody has seen to it that this one did not arrive.
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
    within = models.CharField(max_length=80, blank=True, db_index=True)
    mailing = models.ForeignKey(
        Mailing, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    is_canary = models.BooleanField(default=False)
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
    settled_at = models.DateTimeField(null=True, blank=True)
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
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="message_by_its_id"
            ),
            models.Index(
                fields=["scope"],
                condition=Q(status__in=["bounced", "failed"], settled_at=None),
                name="message_unsettled",
            ),
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


class DeliveryEvent(models.Model):
    """What a mail provider has reported about a message, by the provider's name for the event: so
    that the same report, sent again, changes nothing."""

    message = models.ForeignKey(OutgoingMessage, on_delete=models.CASCADE, related_name="events")
    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
