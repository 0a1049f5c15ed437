"""The list of people who took the earlier course, as it was imported."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from enrollment.models.programs import OfProgram, Program


class AlumniImport(models.Model):
    """One file. The same file is refused a second time by its checksum.
    `enrollment.services.alumni` alone writes it.

    `content` holds the file until its last row is read; `columns` says which column is what
    (empty: nobody has said yet), `read_to` the last line read."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="alumni_imports")
    file_name = models.CharField(max_length=200)
    checksum = models.CharField(max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    content = models.BinaryField(default=bytes)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    rows_in_file = models.PositiveIntegerField(default=0)
    read_to = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    imported = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)

    objects = OfProgram.as_manager()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["program", "checksum"], name="one_import_per_file")
        ]

    def __str__(self):
        return self.file_name

    @property
    def rows_read(self) -> int:
        return self.imported + self.quarantined

    @property
    def awaits_columns(self) -> bool:
        return self.finished_at is None and self.rows_in_file > 0 and not self.columns

    @property
    def is_being_read(self) -> bool:
        return self.finished_at is None and bool(self.columns)


class Alumnus(models.Model):
    """A row of the list. Nothing of it is ever executed or shown as markup."""

    class Status(models.TextChoices):
        COMPLETED = "completed", _("completed")
        ENROLLED = "enrolled", _("enrolled, not completed")

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="alumni")
    source = models.ForeignKey(AlumniImport, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    raw = models.JSONField()
    name = models.CharField(_("name"), max_length=240, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    edition = models.CharField(_("edition"), max_length=80, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.COMPLETED)

    objects = OfProgram.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("alumnus")
        verbose_name_plural = _("alumni")
        indexes = [models.Index("program", Lower("email"), name="alumnus_email")]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.name or self.email


class AlumnusKey(models.Model):
    """By which a row of the list is found when a name is looked for: two of its words
    (`enrollment.names`)."""

    alumnus = models.ForeignKey(Alumnus, on_delete=models.CASCADE, related_name="keys")
    number = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "alumnus"], name="one_key_per_alumnus")
        ]

    wagtail_reference_index_ignore = True


class QuarantinedRow(models.Model):
    """A line of an import that could not be used, and why."""

    source = models.ForeignKey(AlumniImport, on_delete=models.CASCADE, related_name="bad_rows")
    line = models.PositiveIntegerField()
    raw = models.JSONField()
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["line"]
