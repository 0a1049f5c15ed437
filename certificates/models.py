"""Certificates: a fact with an immutable snapshot. The PDF is a cache of it, due is a question."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from certificates.wording import Paper
from enrollment.models import Edition, Enrollment, Phase, Program
from enrollment.models.programs import OfEdition, OfProgram
from lms.multilingual import MultilingualField


class Kind(models.TextChoices):
    PHASE = "phase", _("statement of a phase")
    PROGRAM = "program", _("certificate of the program")


class Design(models.Model):
    """What a program's certificate of one kind says. Texts may name the placeholders of
    `certificates.wording`. A program without a design of a kind issues none of it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="designs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    phase_order = models.PositiveSmallIntegerField(
        _("phase"), null=True, blank=True, help_text=_("Which phase a statement is about.")
    )
    title = MultilingualField(_("title"))
    body = MultilingualField(_("body"), lines=4)
    reverse = MultilingualField(_("note on the back"), lines=3, blank=True)
    signatory_one = models.CharField(_("first signatory"), max_length=120, blank=True)
    post_one = MultilingualField(_("post of the first signatory"), blank=True)
    signatory_two = models.CharField(_("second signatory"), max_length=120, blank=True)
    post_two = MultilingualField(_("post of the second signatory"), blank=True)

    objects = OfProgram.as_manager()

    class Meta:
        ordering = ["program_id", "kind", "phase_order"]
        verbose_name = _("certificate design")
        verbose_name_plural = _("certificate designs")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "phase_order"],
                condition=Q(phase_order__isnull=False),
                name="one_design_per_phase",
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(phase_order__isnull=True),
                name="one_design_of_the_program",
            ),
            models.CheckConstraint(
                condition=Q(kind="phase", phase_order__isnull=False)
                | Q(kind="program", phase_order__isnull=True),
                name="statements_name_their_phase",
            ),
        ]

    def __str__(self):
        return str(self.title)

    @property
    def certifies(self) -> str:
        if self.phase_order is None:
            return _("the whole program")
        return format_lazy(_("phase {number}"), number=self.phase_order)


class CertificateStatus(models.TextChoices):
    ISSUED = "issued", _("valid")
    SUPERSEDED = "superseded", _("replaced")
    REVOKED = "revoked", _("revoked")


TRANSITIONS = {
    CertificateStatus.ISSUED: {CertificateStatus.SUPERSEDED, CertificateStatus.REVOKED},
    CertificateStatus.SUPERSEDED: set(),
    CertificateStatus.REVOKED: set(),
}


class Certificate(models.Model):
    """Issued, numbered and verifiable. `certificates.services` alone writes it.

    `serial` is twelve letters and digits nobody can guess; it is also the public code.
    `snapshot` is what the paper says, see `certificates.services.snapshot_of`. After erasure it
    holds no name, and `name_hash` answers whether a printed name is the one.
    """

    enrollment = models.ForeignKey(
        Enrollment, null=True, on_delete=models.SET_NULL, related_name="certificates"
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    phase = models.ForeignKey(
        Phase, null=True, blank=True, on_delete=models.PROTECT, related_name="certificates"
    )
    serial = models.CharField(_("serial"), max_length=12, unique=True)
    status = models.CharField(
        _("status"), max_length=10, choices=CertificateStatus, default=CertificateStatus.ISSUED
    )
    snapshot = models.JSONField()
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    issued_at = models.DateTimeField(_("issued"))
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    ended_at = models.DateTimeField(_("replaced or revoked"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    pdf = models.FileField(upload_to="certificates/", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    name_hash = models.CharField(max_length=64, blank=True)

    objects = OfEdition.as_manager()

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "phase"],
                condition=Q(status="issued", phase__isnull=False),
                name="one_valid_statement_per_phase",
            ),
            models.UniqueConstraint(
                fields=["enrollment"],
                condition=Q(status="issued", phase__isnull=True),
                name="one_valid_certificate_of_the_program",
            ),
            models.CheckConstraint(
                condition=Q(kind="phase", phase__isnull=False)
                | Q(kind="program", phase__isnull=True),
                name="certificate_of_a_phase_or_program",
            ),
            models.CheckConstraint(
                condition=Q(status="issued", ended_at__isnull=True)
                | (~Q(status="issued") & Q(ended_at__isnull=False)),
                name="ended_has_its_instant",
            ),
        ]
        indexes = [models.Index(fields=["edition", "kind", "status"], name="certificate_listing")]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.printed_serial

    @property
    def code(self) -> str:
        return self.printed_serial

    @property
    def printed_serial(self) -> str:
        """`7K2M-9QDX-41VB`, as on the paper."""
        return "-".join(self.serial[start : start + 4] for start in (0, 4, 8))

    @property
    def is_valid(self) -> bool:
        return self.status == CertificateStatus.ISSUED

    @property
    def can_be_verified(self) -> bool:
        """Not once its holder asked that not even the name be checked."""
        return bool(self.name or self.name_hash)

    @property
    def name(self) -> str:
        """The printed name; empty once its holder was erased."""
        return self.snapshot.get("name", "")

    @property
    def title(self) -> str:
        return self.paper.text(self.snapshot["title"])

    @property
    def paper(self) -> Paper:
        return Paper(self.snapshot, self.language)
