"""Filters of the staff's lists, kept under a name."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from enrollment.models.programs import OfProgram, Program

LONGEST_NAME, LONGEST_QUERY = 60, 1500


class FilteredList(models.TextChoices):
    APPLICATIONS = "applications", _("Applications")
    PLACES = "places", _("Places")


class SavedFilterQuerySet(OfProgram):
    def shown_to(self, user, *roles: str):
        """The user's own, and those of the programs in which they hold one of `roles`."""
        shared = self.visible_to(user, *roles).values("pk")
        return self.filter(Q(owner=user, program=None) | Q(pk__in=shared))


class SavedFilter(models.Model):
    """What a list is filtered by, as its normalized query string. Without a program it is its
    owner's alone, else the staff's of the program; then it stays when the owner is erased.
    `enrollment.services.filters` alone writes it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="saved_filters"
    )
    program = models.ForeignKey(
        Program, null=True, blank=True, on_delete=models.CASCADE, related_name="saved_filters"
    )
    listing = models.CharField(max_length=16, choices=FilteredList)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)
    at = models.DateTimeField()

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "owner",
                "listing",
                Lower("name"),
                condition=Q(program=None),
                name="one_own_filter_per_name",
            ),
            models.UniqueConstraint(
                "program",
                "listing",
                Lower("name"),
                condition=Q(program__isnull=False),
                name="one_shared_filter_per_name",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(program__isnull=False),
                name="filter_is_somebodys",
            ),
        ]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.name
