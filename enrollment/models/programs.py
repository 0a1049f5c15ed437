"""Programs, their editions, phases and windows: facts and instants, one row for all languages."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from lms.multilingual import MultilingualField


def is_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is not an IANA time zone."), params={"zone": value})


def all_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


class OfProgram(models.QuerySet):
    """Rows of one program or another: staff's lists begin at `visible_to(user)`.

    `program_path` is the lookup that leads from a row to its program."""

    program_path = "program"

    def visible_to(self, user, *roles: str):
        """Rows of the programs in which the user holds one of `roles` (any, when none is named)."""
        held = RoleAssignment.objects.filter(user=user)
        if roles:
            held = held.filter(role__in=roles)
        path = f"{self.program_path}__in" if self.program_path else "pk__in"
        return self.filter(**{path: held.values("program")})


class ProgramQuerySet(OfProgram):
    program_path = ""


class OfEdition(OfProgram):
    program_path = "edition__program"


class OfApplication(OfProgram):
    program_path = "application__edition__program"


class Program(models.Model):
    """The lasting offer. Holds what all its editions share: who is eligible, how long data
    are kept, where to write."""

    slug = models.SlugField(_("short name"), unique=True)
    title = MultilingualField(_("title"))
    summary = MultilingualField(_("summary"), blank=True, lines=3)
    prerequisite = MultilingualField(_("prerequisite"), blank=True, lines=2)
    organizer = MultilingualField(_("organizer"), blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    privacy_email = models.EmailField(_("privacy e-mail"), blank=True)
    eligible_countries = CountryField(_("eligible countries"), multiple=True, blank=True)
    needs_alumni = models.BooleanField(_("asks for an earlier course"), default=False)
    keep_drafts_days = models.PositiveIntegerField(_("drafts never submitted, days"), default=30)
    keep_unselected_days = models.PositiveIntegerField(
        _("applications not selected, days"), default=183
    )
    keep_participants_days = models.PositiveIntegerField(
        _("participant records, days"), default=730
    )
    keep_posts_days = models.PositiveIntegerField(_("names on posts, days"), default=365)
    keep_messages_days = models.PositiveIntegerField(_("record of messages, days"), default=90)
    keep_ip_days = models.PositiveIntegerField(_("IP addresses in security logs, days"), default=30)
    keep_decision_log_days = models.PositiveIntegerField(_("log of decisions, days"), default=1826)
    keep_certificates_days = models.PositiveIntegerField(_("certificate data, days"), default=3653)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("program")
        verbose_name_plural = _("programs")

    def __str__(self):
        return str(self.title) or self.slug


class ApplicantRole(models.Model):
    """A function in the justice system (or whatever the program asks) to choose from."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="applicant_roles")
    key = models.SlugField(max_length=40)
    label = MultilingualField(_("label"))
    eligible = models.BooleanField(_("eligible"), default=True)
    relevance = models.PositiveSmallIntegerField(
        _("relevance"), default=0, help_text=_("Points of the score for this role.")
    )
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["program", "key"], name="one_role_per_key")]

    def __str__(self):
        return str(self.label) or self.key


class StaffRole(models.TextChoices):
    COORDINATOR = "coordinator", _("coordinator")
    SECOND_APPROVER = "second_approver", _("second approver")
    REVIEWER = "reviewer", _("reviewer")
    AUTHOR = "author", _("author")
    FACILITATOR = "facilitator", _("facilitator")
    EXPERT = "expert", _("expert")
    OBSERVER = "observer", _("observer")


class RoleAssignment(models.Model):
    """A right, held in a program. `enrollment.services.staff` alone writes it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles"
    )
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(_("role"), max_length=20, choices=StaffRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "program", "role"], name="one_assignment_per_role"
            )
        ]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


class EditionStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")


EDITION_TRANSITIONS = {
    EditionStatus.DRAFT: {EditionStatus.PUBLISHED},
    EditionStatus.PUBLISHED: {EditionStatus.CANCELLED, EditionStatus.CLOSED},
    EditionStatus.CLOSED: {EditionStatus.ARCHIVED},
    EditionStatus.CANCELLED: set(),
    EditionStatus.ARCHIVED: set(),
}
PUBLIC_EDITIONS = (EditionStatus.PUBLISHED, EditionStatus.CLOSED, EditionStatus.ARCHIVED)


FEWEST_PER_SEAT, MOST_PER_SEAT = 2, 10  # people called to each seat that the first to confirm has


class AdmissionMode(models.TextChoices):
    SELECTIVE = "selective", _("selective: apply, be selected")
    OPEN = "open", _("open: first come, first served")


class Edition(models.Model):
    """One dated run of a program. What the clock implies is computed from these instants.

    All instants are UTC. `decisions_locked_at`, `decisions_checksum` and `released_at` are
    written by `enrollment.services.decisions`, `status` by `enrollment.services.programs`,
    `draw_seed`, once, by `enrollment.services.balancing`; `first_to_confirm_at` and
    `called_per_seat` by `enrollment.services.first_to_confirm`.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="editions")
    slug = models.SlugField(_("short name"))
    title = MultilingualField(_("title"))
    status = models.CharField(
        _("status"), max_length=10, choices=EditionStatus, default=EditionStatus.DRAFT
    )
    admission_mode = models.CharField(
        _("admission mode"), max_length=10, choices=AdmissionMode, default=AdmissionMode.SELECTIVE
    )
    capacity = models.PositiveIntegerField(_("capacity"), validators=[MinValueValidator(1)])
    waitlist_percent = models.PositiveSmallIntegerField(
        _("waitlist, percent of the capacity"), default=35
    )
    languages = models.JSONField(_("languages"), default=all_languages)
    ruling_zone = models.CharField(
        _("ruling time zone"), max_length=64, default="UTC", validators=[is_time_zone]
    )
    deadline_zone = models.CharField(
        _("zone in which deadlines end"),
        max_length=64,
        default="UTC",
        validators=[is_time_zone],
        help_text=_("The westernmost eligible zone: a day announced has ended everywhere."),
    )
    selection_locks_at = models.DateTimeField(_("decisions are locked"), null=True, blank=True)
    release_planned_at = models.DateTimeField(_("decisions are released"), null=True, blank=True)
    offers_respond_by = models.DateTimeField(_("offers expire"), null=True, blank=True)
    last_entry_at = models.DateTimeField(_("last entry from the waitlist"), null=True, blank=True)
    certificates_planned_at = models.DateTimeField(
        _("certificates are issued"), null=True, blank=True
    )
    decisions_locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    decisions_checksum = models.CharField(max_length=64, blank=True, editable=False)
    released_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    draw_seed = models.CharField(max_length=64, blank=True, editable=False)
    first_to_confirm_at = models.DateTimeField(null=True, blank=True, editable=False)
    called_per_seat = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = OfProgram.as_manager()

    class Meta:
        ordering = ["-release_planned_at", "-id"]
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="one_edition_per_slug"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="capacity_positive"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(decisions_locked_at__isnull=False),
                name="released_only_when_locked",
            ),
            models.CheckConstraint(
                condition=Q(first_to_confirm_at=None, called_per_seat=1)
                | Q(
                    first_to_confirm_at__isnull=False,
                    called_per_seat__range=[FEWEST_PER_SEAT, MOST_PER_SEAT],
                ),
                name="several_called_per_seat",
            ),
        ]

    def __str__(self):
        return f"{self.program}: {self.title}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.ruling_zone)

    def is_released(self, at: datetime) -> bool:
        """Whether everybody may see the decisions; nothing stored changes at that instant."""
        return self.released_at is not None and self.released_at <= at

    @property
    def is_public(self) -> bool:
        return self.status in PUBLIC_EDITIONS

    @property
    def is_selective(self) -> bool:
        """Whether people apply and are selected; otherwise who comes first has the place."""
        return self.admission_mode == AdmissionMode.SELECTIVE

    @property
    def is_locked(self) -> bool:
        return self.decisions_locked_at is not None


class Phase(models.Model):
    """An ordered stage of an edition: `opens_at <= at < closes_at`."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="phases")
    order = models.PositiveSmallIntegerField(_("order"))
    title = MultilingualField(_("title"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    hours = models.PositiveSmallIntegerField(_("hours"), default=0)
    required_activities = models.PositiveSmallIntegerField(
        _("activities that complete it"),
        null=True,
        blank=True,
        help_text=_("How many modules or discussions are needed; empty means all."),
    )

    objects = OfEdition.as_manager()

    class Meta:
        ordering = ["edition_id", "order"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["edition", "order"], name="one_phase_per_order"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="phase_closes_after"
            ),
        ]

    def __str__(self):
        return str(self.title)

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


class WindowKind(models.TextChoices):
    APPLICATION = "application", _("application")
    SIGN_UP = "sign_up", _("sign-up")


def not_closed(at: datetime, path: str = "") -> Q:
    """The question of `RegistrationWindow.has_closed`, as a filter on windows at `path`."""
    return Q(**{f"{path}closes_at__gt": at}) | Q(**{f"{path}suspended_at__lte": at})


class WindowQuerySet(OfEdition):
    def not_closed(self, at: datetime):
        return self.filter(not_closed(at))


class RegistrationWindow(models.Model):
    """The half-open interval in which people ask for a phase: `opens_at <= at < closes_at`.

    From `suspended_at` on it lets nobody in, and does not close either, until two people resume
    it with a new close (`enrollment.services.suspending`)."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="windows")
    phase = models.ForeignKey(
        Phase, on_delete=models.CASCADE, related_name="windows", verbose_name=_("phase")
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=WindowKind, default=WindowKind.APPLICATION
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    form = models.JSONField(_("form"), default=list, blank=True, editable=False)
    form_frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    suspended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["opens_at"]
        verbose_name = _("registration window")
        verbose_name_plural = _("registration windows")
        constraints = [
            models.UniqueConstraint(fields=["phase"], name="one_window_per_phase"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="window_closes_after"
            ),
        ]

    def __str__(self):
        return f"{self.edition} · {self.phase}"

    def is_open(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at and not self.is_suspended(at)

    def is_suspended(self, at: datetime) -> bool:
        return self.suspended_at is not None and self.suspended_at <= at

    def has_closed(self, at: datetime) -> bool:
        """A suspended window has not closed, whatever the hour."""
        return self.closes_at <= at and not self.is_suspended(at)
