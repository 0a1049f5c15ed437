"""Floors and ceilings of a selection, and the draws that were made by them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models.programs import Edition, OfEdition


class RuleKind(models.TextChoices):
    FLOOR = "floor", _("at least")
    CEILING = "ceiling", _("at most")


class BalanceRule(models.Model):
    """At least or at most so many of the edition's seats for those who gave an answer.
    `enrollment.services.balancing` alone writes it, all rules of an edition at once.

    `factor` is what was asked, `value` the answer, "" for each answer there is. Of `number` and
    `percent` (of the seats) one is given. Floors that cannot be met give way in the order of
    `order`, the lowest first."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="balance_rules")
    place = models.PositiveSmallIntegerField()
    factor = models.CharField(max_length=80)
    value = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=RuleKind)
    number = models.PositiveIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = OfEdition.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "place"], name="one_rule_per_place"),
            models.UniqueConstraint(
                fields=["edition", "factor", "value", "kind"], name="each_rule_stated_once"
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, percent__isnull=False, percent__lte=100)
                | Q(number__isnull=False, percent__isnull=True),
                name="number_or_share",
            ),
        ]

    def __str__(self):
        return f"{self.factor} {self.value} {self.kind}"


class Draw(models.Model):
    """A draw that was written: `document` is its whole input (`enrollment.balance.draw`), `answer`
    what came of it in figures, `checksum` over the input and the outcomes. Never changed; written
    by `enrollment.services.balancing`."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="draws")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    seed = models.CharField(max_length=64)
    document = models.JSONField()
    answer = models.JSONField()
    checksum = models.CharField(max_length=64)

    objects = OfEdition.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.checksum[:12]
