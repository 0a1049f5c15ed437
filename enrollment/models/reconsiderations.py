"""Somebody who was refused asks for another look."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models.applications import Application
from enrollment.models.programs import OfApplication

LONGEST = 2000  # characters of a request, and of its answer


class Reconsideration(models.Model):
    """Asked once for an application, answered once, by somebody who did not decide it.
    `enrollment.services.reconsiderations` alone writes it. `granted` changes nothing by itself:
    two people correct the outcome."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="reconsideration"
    )
    text = models.TextField(_("what was written"))
    asked_at = models.DateTimeField(_("asked"))
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = OfApplication.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        verbose_name = _("reconsideration")
        verbose_name_plural = _("reconsiderations")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(granted__isnull=False),
                name="answered_says_whether_it_is_granted",
            )
        ]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.application.code
