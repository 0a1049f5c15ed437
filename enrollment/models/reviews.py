"""Readings: by which criteria, by whom, and what each reader gave."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models.applications import Application
from enrollment.models.programs import Edition, OfEdition, OfProgram, Program
from lms.multilingual import MultilingualField

MOST_READERS = 5


class ReadingPlan(models.Model):
    """How an edition's applications are read. Without one, nobody reads them."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="reading_plan")
    readers = models.PositiveSmallIntegerField(
        _("readers of each application"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_READERS)],
    )
    differ_by = models.PositiveSmallIntegerField(
        _("one more reader where they differ by more than"),
        default=30,
        validators=[MaxValueValidator(100)],
        help_text=_("Points of 100 between the highest and the lowest reading."),
    )
    is_blind = models.BooleanField(
        _("readers do not see who it is"),
        default=True,
        help_text=_("Names, addresses and the institution are not shown to them."),
    )
    given_back_after = models.PositiveSmallIntegerField(
        _("an application not read is given to others after, days"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    guide = MultilingualField(_("what readers should know"), blank=True)

    objects = OfEdition.as_manager()

    class Meta:
        verbose_name = _("plan of the reading")

    def __str__(self):
        return str(self.edition)


class Criterion(models.Model):
    """What a reader gives points to."""

    plan = models.ForeignKey(ReadingPlan, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(_("place in the list"), default=1)
    title = MultilingualField(_("title"))
    help = MultilingualField(_("what the points mean"), blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    highest = models.PositiveSmallIntegerField(
        _("highest points"), default=4, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")

    def __str__(self):
        return str(self.title)

    @property
    def key(self) -> str:
        return str(self.pk)


class Reader(models.Model):
    """What is known of a reviewer of a program: where they work, whose applications they therefore
    do not read, and the languages they read (none named: all)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings_of"
    )
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="readers")
    institution = models.CharField(_("institution"), max_length=200, blank=True)
    languages = models.JSONField(_("languages they read"), default=list, blank=True)

    objects = OfProgram.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "program"], name="one_reader_per_program")
        ]

    def __str__(self):
        return str(self.user)


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", _("to be read")
    RECUSED = "recused", _("recused")
    SCORED = "scored", _("read")


class Review(models.Model):
    """One reader's reading of one application. `enrollment.services.reviews` alone writes it.

    `version` is the version of the application that was read, `points` what each criterion got, by
    its key, and `total` what that is worth of 100."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reviews")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reviews"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=ReviewStatus, default=ReviewStatus.ASSIGNED
    )
    assigned_at = models.DateTimeField(_("given to read"))
    scored_at = models.DateTimeField(_("read"), null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    points = models.JSONField(default=dict, blank=True)
    total = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        ordering = ["assigned_at", "id"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["application", "reader"], name="one_review_per_reader"),
            models.CheckConstraint(
                condition=~Q(status="scored") | Q(total__isnull=False, version__isnull=False),
                name="scored_has_its_total",
            ),
        ]
        indexes = [models.Index(fields=["reader", "status"], name="review_of_reader")]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return f"{self.application.code} · {self.reader}"

    @property
    def is_scored(self) -> bool:
        return self.status == ReviewStatus.SCORED

    @property
    def is_outdated(self) -> bool:
        """Whether the application was changed since it was read."""
        return self.is_scored and self.version != self.application.version
