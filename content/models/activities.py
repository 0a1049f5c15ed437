"""Facts of what is taught: one row for all languages, to which the pages of each point."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models import Phase
from enrollment.models.programs import OfProgram
from lms.multilingual import MultilingualField


class OfPhase(OfProgram):
    program_path = "phase__edition__program"


class Module(models.Model):
    """A part of a phase: lessons to read, and a quiz drawn from its bank of questions."""

    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, related_name="modules", verbose_name=_("phase")
    )
    slug = models.SlugField(_("short name"))
    order = models.PositiveSmallIntegerField(_("order"))
    title = MultilingualField(_("title"))
    opens_at = models.DateTimeField(_("opens"))
    hours = models.PositiveSmallIntegerField(_("hours"), default=0)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark, percent"), default=70, validators=[MaxValueValidator(100)]
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=3, validators=[MinValueValidator(1)]
    )
    cooldown_minutes = models.PositiveSmallIntegerField(
        _("minutes between two attempts"), default=60
    )
    draw = models.PositiveSmallIntegerField(
        _("questions drawn for an attempt"), default=6, validators=[MinValueValidator(1)]
    )

    objects = OfPhase.as_manager()

    class Meta:
        ordering = ["phase_id", "order"]
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        constraints = [
            models.UniqueConstraint(fields=["phase", "order"], name="one_module_per_order"),
            models.UniqueConstraint(fields=["phase", "slug"], name="one_module_per_slug"),
            models.CheckConstraint(
                condition=Q(pass_mark__lte=100, attempts__gte=1, draw__gte=1),
                name="module_quiz_is_possible",
            ),
        ]

    def __str__(self):
        return str(self.title) or self.slug


class OfModule(OfProgram):
    program_path = "module__phase__edition__program"


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")
    TRUE_FALSE = "true_false", _("true or false")


class Question(models.Model):
    """A question of a module's bank. `options` is a list of
    `{"id": "a", "text": {language: text}, "correct": bool}`. Attempts keep their own copy."""

    module = models.ForeignKey(
        Module, on_delete=models.CASCADE, related_name="questions", verbose_name=_("module")
    )
    key = models.SlugField(_("key"))
    kind = models.CharField(
        _("kind"), max_length=12, choices=QuestionKind, default=QuestionKind.SINGLE
    )
    stem = MultilingualField(_("question"), lines=3)
    options = models.JSONField(_("options"), default=list)
    explanation = MultilingualField(_("explanation"), blank=True, lines=3)
    reference = MultilingualField(_("reference"), blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = OfModule.as_manager()

    class Meta:
        ordering = ["module_id", "key"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["module", "key"], name="one_question_per_key")
        ]

    def __str__(self):
        return f"{self.key} · {self.stem}"
