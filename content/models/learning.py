"""What participants did: lessons opened and read, quizzes tried, modules completed."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.models.activities import Module
from enrollment.models import Enrollment
from enrollment.models.programs import OfProgram


class OfEnrollment(OfProgram):
    program_path = "enrollment__edition__program"


class LessonProgress(models.Model):
    """One person and one lesson, in whatever language: `lesson_key` is its pages'
    translation key. `content.services.learning` alone writes it."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.UUIDField()
    opened_at = models.DateTimeField(_("opened"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = OfEnrollment.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "lesson_key"], name="one_progress_per_lesson"
            )
        ]


class ModuleProgress(models.Model):
    """One person and one module: `passed_at` is the quiz, `completed_at` the whole. Neither is
    ever taken back. `content.services.learning` alone writes it."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="modules")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="progress")
    best_score = models.DecimalField(
        _("best score, percent"), max_digits=5, decimal_places=2, default=Decimal(0)
    )
    passed_at = models.DateTimeField(_("quiz passed"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    objects = OfEnrollment.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "module"], name="one_progress_per_module")
        ]


class AttemptStatus(models.TextChoices):
    IN_PROGRESS = "in_progress", _("in progress")
    SUBMITTED = "submitted", _("submitted")
    GRADED = "graded", _("graded")


ATTEMPT_TRANSITIONS = {
    AttemptStatus.IN_PROGRESS: {AttemptStatus.SUBMITTED},
    AttemptStatus.SUBMITTED: {AttemptStatus.GRADED},
    AttemptStatus.GRADED: set(),
}


class Attempt(models.Model):
    """One try at a module's quiz. `content.services.quizzes` alone writes it.

    `questions` keeps them as they were asked, in order, options shuffled:
    `{"key", "kind", "stem", "options": [{"id", "text", "correct"}], "explanation", "reference"}`.
    `responses` is `{question key: [option ids]}`, `score` a percentage."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="attempts")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField(_("attempt"))
    status = models.CharField(
        _("status"), max_length=12, choices=AttemptStatus, default=AttemptStatus.IN_PROGRESS
    )
    questions = models.JSONField()
    responses = models.JSONField(default=dict)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark, percent"))
    score = models.DecimalField(
        _("score, percent"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    started_at = models.DateTimeField(_("started"))
    saved_at = models.DateTimeField(_("saved"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)

    objects = OfEnrollment.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["enrollment_id", "module_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "module", "number"], name="one_attempt_per_number"
            ),
            models.UniqueConstraint(
                fields=["enrollment", "module"],
                condition=Q(status="in_progress"),
                name="one_attempt_in_progress",
            ),
            models.CheckConstraint(
                condition=Q(status="in_progress", submitted_at__isnull=True)
                | (~Q(status="in_progress") & Q(submitted_at__isnull=False)),
                name="submitted_attempt_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="graded") | Q(score__isnull=False),
                name="graded_attempt_has_its_score",
            ),
        ]

    @property
    def is_in_progress(self) -> bool:
        return self.status == AttemptStatus.IN_PROGRESS

    @property
    def is_passed(self) -> bool:
        return self.score is not None and self.score >= self.pass_mark
