"""Discussions: facts for all languages, rooms of one language, and who takes part in them."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.models.activities import OfPhase
from enrollment.models import Enrollment, Phase
from enrollment.models.programs import OfProgram
from lms.multilingual import MultilingualField


class Discussion(models.Model):
    """A dated debate of a phase, led by experts: `opens_at <= at < closes_at`. The rest of its
    state is the clock's: scheduled, open, read-only."""

    phase = models.ForeignKey(
        Phase, on_delete=models.PROTECT, related_name="discussions", verbose_name=_("phase")
    )
    slug = models.SlugField(_("short name"))
    order = models.PositiveSmallIntegerField(_("order"))
    title = MultilingualField(_("title"))
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    hours = models.PositiveSmallIntegerField(_("hours"), default=0)
    experts = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="led_discussions",
        verbose_name=_("experts"),
    )
    contribution_words = models.PositiveSmallIntegerField(
        _("words of the contribution"), default=80, validators=[MinValueValidator(1)]
    )
    replies = models.PositiveSmallIntegerField(_("replies to others"), default=2)
    room_size = models.PositiveSmallIntegerField(
        _("participants in a room, at most"), default=45, validators=[MinValueValidator(2)]
    )

    objects = OfPhase.as_manager()

    class Meta:
        ordering = ["phase_id", "order"]
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.UniqueConstraint(fields=["phase", "order"], name="one_discussion_per_order"),
            models.UniqueConstraint(fields=["phase", "slug"], name="one_discussion_per_slug"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="discussion_closes_after"
            ),
            models.CheckConstraint(
                condition=Q(contribution_words__gte=1, room_size__gte=2),
                name="discussion_rule_is_possible",
            ),
        ]

    def __str__(self):
        return str(self.title) or self.slug

    def is_open(self, at) -> bool:
        return self.opens_at <= at < self.closes_at


class OfDiscussion(OfProgram):
    program_path = "discussion__phase__edition__program"


class Room(models.Model):
    """Some of a discussion's participants, of one language. `content.services.rooms` makes it
    when one is needed; the facilitator is responsible for it, a coordinator may name another."""

    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("discussion")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    number = models.PositiveSmallIntegerField(_("number"))
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="facilitated_rooms",
        verbose_name=_("facilitator"),
    )

    objects = OfDiscussion.as_manager()

    class Meta:
        ordering = ["discussion_id", "language", "number"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["discussion", "language", "number"], name="one_room_per_number"
            )
        ]

    def __str__(self):
        return f"{self.discussion} · {self.code}"

    @property
    def code(self) -> str:
        """`es-2`: short and in every language, for lists of staff and records."""
        return f"{self.language}-{self.number}"

    @property
    def name(self) -> str:
        """“2 (Español)”, as a page names the room to those in it."""
        return f"{self.number} ({self.get_language_display()})"


class ParticipationState(models.TextChoices):
    NONE = "none", _("nothing yet")
    PARTIAL = "partial", _("in part")
    MET = "met", _("met")


class Participation(models.Model):
    """One person in one discussion: the room, and how far what is asked is met.

    `content.services.participation` alone writes it after `content.services.rooms` made it.
    `state`, `contributions` and `replies` follow from the person's posts. From `frozen_at` on
    only hiding a post for conduct, or taking that back, changes them."""

    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, related_name="participations"
    )
    discussion = models.ForeignKey(
        Discussion, on_delete=models.PROTECT, related_name="participations"
    )
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="participations")
    entered_at = models.DateTimeField(_("entered"))
    contributions = models.PositiveSmallIntegerField(_("contributions"), default=0)
    replies = models.PositiveSmallIntegerField(_("replies"), default=0)
    state = models.CharField(
        _("participation"),
        max_length=8,
        choices=ParticipationState,
        default=ParticipationState.NONE,
    )
    met_at = models.DateTimeField(_("met"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)

    objects = OfDiscussion.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["discussion_id", "room_id", "pk"]
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "discussion"], name="one_participation_per_discussion"
            )
        ]
        indexes = [models.Index(fields=["discussion", "frozen_at"], name="participation_to_freeze")]

    @property
    def is_met(self) -> bool:
        return self.state == ParticipationState.MET

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None
