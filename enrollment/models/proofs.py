"""What an applicant writes to show that they took the earlier course."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enrollment.models.applications import Application
from enrollment.models.programs import OfApplication

LONGEST = 1000  # characters


class CourseProof(models.Model):
    """One to an application; written again, it takes the place of what was written before.
    `enrollment.services.proofs` alone writes it. People settle the match; it settles nothing. Who
    settles it has seen what was written until then."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, related_name="course_proof"
    )
    text = models.TextField(_("what was written"))
    at = models.DateTimeField(_("when"))
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = OfApplication.as_manager()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("proof of the earlier course")
        verbose_name_plural = _("proofs of the earlier course")

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.application.code
