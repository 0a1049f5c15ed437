"""How far the pages of an edition are copied from an earlier one."""

from django.conf import settings
from django.db import models

from enrollment.models import Edition


class PageCopy(models.Model):
    """The tree of all languages below an edition, on its way into another edition.
    `content.services.page_copies` alone writes it. `problems` are
    `{"page": title, "why": text}`."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="page_copy")
    source = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    begun_at = models.DateTimeField()
    pages = models.PositiveIntegerField(default=0)
    copied = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.source} → {self.edition}"
