"""Decisions, and the acts that two people do together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.models.applications import Application
from enrollment.models.programs import Edition, OfEdition, OfProgram, Program


class Outcome(models.TextChoices):
    SELECTED = "selected", _("selected")
    WAITLISTED = "waitlisted", _("waitlisted")
    NOT_SELECTED = "not_selected", _("not selected")
    INELIGIBLE = "ineligible", _("ineligible")


class Decision(models.Model):
    """One version of the outcome for one application; exactly one is current.
    `enrollment.services.decisions` alone writes it; `told_at` (its mail was written) is
    `enrollment.services.release`'s."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="decisions")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="decisions")
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    waitlist_rank = models.PositiveIntegerField(_("rank"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    objects = OfEdition.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["application", "version"], name="one_decision_per_version"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(is_current=True), name="one_current_decision"
            ),
            models.UniqueConstraint(
                fields=["edition", "waitlist_rank"],
                condition=Q(is_current=True, waitlist_rank__isnull=False),
                name="one_person_per_rank",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waitlisted", waitlist_rank__isnull=False)
                | (~Q(outcome="waitlisted") & Q(waitlist_rank__isnull=True)),
                name="rank_exactly_when_waitlisted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["edition", "outcome"], condition=Q(is_current=True), name="current_outcome"
            )
        ]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return str(self.application)


class JointAct(models.Model):
    """An act that two people do: one asks, another, who may confirm, does it.

    `act` names what (`lock`, `unlock`, `arm`, `disarm`, `publish`, `issue` …), `subject` on what
    (`edition:7`), `terms` exactly what was shown to both (counts, checksum, instant): it is
    confirmed on those terms or refused. `enrollment.services.joint` alone writes it.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="joint_acts")
    act = models.CharField(max_length=30)
    subject = models.CharField(max_length=80)
    terms = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = OfProgram.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "subject"],
                condition=Q(confirmed_at__isnull=True, dropped_at__isnull=True),
                name="one_open_joint_act",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("asked_by")),
                name="two_different_people",
            ),
        ]
