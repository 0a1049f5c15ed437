"""Who may apply after the close of a window: by a code that a coordinator gave."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from enrollment.models.programs import OfProgram, RegistrationWindow

MOST_USES = 500


class OfWindow(OfProgram):
    program_path = "window__edition__program"


class ExtensionCode(models.Model):
    """Opens a closed window for `uses` people until `expires_at` (UTC, exclusive).
    `enrollment.services.extensions` alone writes it."""

    window = models.ForeignKey(
        RegistrationWindow, on_delete=models.CASCADE, related_name="extension_codes"
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    reason = models.CharField(_("reason"), max_length=300)
    uses = models.PositiveSmallIntegerField(
        _("for how many people"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_USES)],
    )
    expires_at = models.DateTimeField(_("expires"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = OfWindow.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("extension code")
        verbose_name_plural = _("extension codes")

    def __str__(self):
        return self.code


class Extension(models.Model):
    """The window is open for this person until its code expires, or is revoked."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="extensions"
    )
    code = models.ForeignKey(ExtensionCode, on_delete=models.CASCADE, related_name="extensions")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "code"], name="one_use_per_person_and_code")
        ]
