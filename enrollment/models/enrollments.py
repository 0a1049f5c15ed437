"""Enrollments: a person's place in an edition, and where it stands in each phase."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enrollment.models.applications import Application, PeerName
from enrollment.models.programs import Edition, OfEdition, Phase


class EnrollmentStatus(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("place", "confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("place", "withdrawn")
    REMOVED = "removed", pgettext_lazy("place", "removed")
    DEFERRED = "deferred", pgettext_lazy("place", "deferred")
    COMPLETED = "completed", pgettext_lazy("place", "completed")
    NOT_COMPLETED = "not_completed", pgettext_lazy("place", "not completed")


ENROLLMENT_TRANSITIONS = {
    EnrollmentStatus.CONFIRMED: {
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.REMOVED,
        EnrollmentStatus.DEFERRED,
        EnrollmentStatus.COMPLETED,
        EnrollmentStatus.NOT_COMPLETED,
    },
    EnrollmentStatus.WITHDRAWN: {EnrollmentStatus.CONFIRMED},
    EnrollmentStatus.NOT_COMPLETED: {EnrollmentStatus.COMPLETED},
    EnrollmentStatus.REMOVED: set(),
    EnrollmentStatus.DEFERRED: {EnrollmentStatus.CONFIRMED},
    EnrollmentStatus.COMPLETED: set(),
}
SEAT_HOLDING = (
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.COMPLETED,
    EnrollmentStatus.NOT_COMPLETED,
)


class Enrollment(models.Model):
    """A place. `enrollment.services.enrollments` alone writes `status`."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrollments")
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrollment"
    )
    status = models.CharField(
        _("status"), max_length=14, choices=EnrollmentStatus, default=EnrollmentStatus.CONFIRMED
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    certificate_name = models.CharField(_("name on the certificate"), max_length=200)
    peer_name_mode = models.CharField(max_length=20, choices=PeerName, default=PeerName.FULL)
    peer_name = models.CharField(_("name peers see"), max_length=120, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"))
    first_opened_at = models.DateTimeField(_("began"), null=True, blank=True)
    name_confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = OfEdition.as_manager()

    class Meta:
        verbose_name = _("enrollment")
        verbose_name_plural = _("enrollments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "edition"], name="one_enrollment_per_person_and_edition"
            )
        ]
        indexes = [models.Index(fields=["edition", "status"], name="enrollment_edition_status")]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return f"{self.certificate_name} · {self.edition}"

    @property
    def holds_seat(self) -> bool:
        return self.status in SEAT_HOLDING


class PhaseProgress(models.Model):
    """Where an enrollment stands in one phase. `work` is frozen when the phase is completed:
    `{"activities": [{"title": {lang: text}, "hours": n, "completed_on": iso date}], "hours": n}`.
    A completion is never taken away."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="progress")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="progress")
    signed_up_at = models.DateTimeField(_("signed up"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    extended_to = models.DateTimeField(_("personal extension"), null=True, blank=True)
    work = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "phase"], name="one_progress_per_phase")
        ]

    wagtail_reference_index_ignore = True
