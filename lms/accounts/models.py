"""People: one account each, known by e-mail. There are no passwords on this site."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


def normal_address(email: str) -> str:
    """The one spelling under which an address is kept and looked for."""
    return email.strip().lower()


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        user = self.model(email=normal_address(email), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person. `is_staff` is written by the role services alone: it says that a role in some
    program admits to the admin, and that a second factor is asked for. `email`, `backup_email`
    and `erased_at` are written by `lms.accounts.services` and `lms.accounts.privacy`."""

    username = None
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    backup_email = models.EmailField(_("backup e-mail"), blank=True)
    backup_verified_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email"),
            models.UniqueConstraint(
                Lower("backup_email"),
                condition=~Q(backup_email=""),
                name="one_account_per_backup_email",
            ),
        ]

    def __str__(self):
        return self.get_full_name() or self.email


class Purpose(models.TextChoices):
    ENTER = "enter", _("sign in or up")
    BACKUP = "backup", _("add a backup address")
    CHANGE = "change", _("change the address")


class EmailedCode(models.Model):
    """A six-digit code on its way to an address. `lms.accounts.codes` alone writes it.

    One row is one request: sending again sends the same code while it lives, a new one after.
    `expires_at` is exclusive. An entrance belongs to no person yet: who that is, is looked up
    only when the code was right."""

    purpose = models.CharField(max_length=10, choices=Purpose)
    email = models.EmailField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(max_length=10)
    sealed_code = models.TextField()
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.purpose} {self.pk}"


CANCEL_WITHIN = timedelta(hours=72)
FACTOR_RESCUE_OPEN = timedelta(days=14)


class AddressChangeQuerySet(models.QuerySet):
    def cancellable(self, at):
        return self.filter(cancelled_at=None, told_at__gt=at - CANCEL_WITHIN)


class AddressChange(models.Model):
    """An account's main address gives way to another. Who reads the old one can cancel it
    until `cancel_until` (exclusive). A change by rescue is applied only when the new address
    has proved itself by a code."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="address_changes"
    )
    rescue = models.OneToOneField(
        "MailboxRescue", null=True, on_delete=models.CASCADE, related_name="change"
    )
    old_email = models.EmailField()
    new_email = models.EmailField(db_index=True)
    told_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["old_email"], name="address_change_old")]

    def __str__(self):
        return f"address change {self.pk}"

    @property
    def cancel_until(self):
        return self.told_at + CANCEL_WITHIN

    def is_cancellable(self, at) -> bool:
        return self.cancelled_at is None and at < self.cancel_until


class MailboxRescueQuerySet(models.QuerySet):
    def open(self):
        return self.filter(confirmed_at=None, refused_at=None)


class MailboxRescue(models.Model):
    """A person lost the mailbox: two members of staff give the account another address.
    `lms.accounts.rescue` alone writes it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rescues"
    )
    new_email = models.EmailField(_("new e-mail"))
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refused_at = models.DateTimeField(null=True)

    objects = MailboxRescueQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="one_open_rescue_per_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("asked_by")),
                name="rescue_takes_two_people",
            ),
        ]

    def __str__(self):
        return f"rescue {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.refused_at is None


class FactorRescueQuerySet(models.QuerySet):
    def open(self):
        """Asked for and not decided, or decided and not yet applied."""
        return self.filter(ended_at=None)

    def in_time(self, at):
        """Without those that were confirmed and whose `closes_at` has come."""
        return self.exclude(confirmed_at__lte=at - CANCEL_WITHIN - FACTOR_RESCUE_OPEN)


class FactorRescue(models.Model):
    """A member of staff lost the app and the recovery codes: two administrators take the second
    factor off the account. `lms.accounts.factor_rescue` alone writes it. It applies when the
    person enters by a code between `opens_at` and `closes_at`, which are set when the second
    administrator confirms; `ended_at` is when it was applied, refused or cancelled."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="factor_rescues"
    )
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = FactorRescueQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None),
                name="one_open_factor_rescue_per_person",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("asked_by")),
                name="factor_rescue_takes_two_people",
            ),
        ]

    def __str__(self):
        return f"factor rescue {self.pk}"

    @property
    def opens_at(self):
        return self.confirmed_at and self.confirmed_at + CANCEL_WITHIN

    @property
    def closes_at(self):
        return self.confirmed_at and self.opens_at + FACTOR_RESCUE_OPEN

    def is_applicable(self, at) -> bool:
        """Half open, like every interval."""
        is_waiting = self.ended_at is None and self.confirmed_at is not None
        return is_waiting and self.opens_at <= at < self.closes_at


class ErasureRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(done_at=None, withdrawn_at=None)


class ErasureRequest(models.Model):
    """A person asks that everything about them be erased. `keep_verification`: who holds a
    certificate may keep the bare answer, whether a name typed beside its code is right."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="erasure_requests"
    )
    keep_verification = models.BooleanField(default=True)
    asked_at = models.DateTimeField(_("asked"))
    withdrawn_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(done_at=None, withdrawn_at=None),
                name="one_open_erasure_request",
            )
        ]

    def __str__(self):
        return f"erasure request {self.pk}"
