"""Applications: what a person asked for, every version of it, and what was found about it."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from enrollment.models.programs import ApplicantRole, Edition, OfEdition, RegistrationWindow
from lms.media.uploads import KINDS


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    INFO_REQUESTED = "info_requested", _("information requested")
    MERGED = "merged", _("merged")
    WITHDRAWN = "withdrawn", _("withdrawn")


APPLICATION_TRANSITIONS = {
    ApplicationStatus.DRAFT: {ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN},
    ApplicationStatus.SUBMITTED: {
        ApplicationStatus.INFO_REQUESTED,
        ApplicationStatus.MERGED,
        ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.INFO_REQUESTED: {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.MERGED,
        ApplicationStatus.WITHDRAWN,
    },
    ApplicationStatus.WITHDRAWN: {ApplicationStatus.SUBMITTED},
    ApplicationStatus.MERGED: {ApplicationStatus.SUBMITTED, ApplicationStatus.INFO_REQUESTED},
}
IN_SELECTION = (ApplicationStatus.SUBMITTED, ApplicationStatus.INFO_REQUESTED)
DUPLICATE_OPEN = Q(duplicate_of__isnull=False, duplicate_settled_at=None)
DUPLICATE_SETTLED = Q(duplicate_of__isnull=False, duplicate_settled_at__isnull=False)


class Eligibility(models.TextChoices):
    ELIGIBLE = "eligible", _("eligible")
    INELIGIBLE = "ineligible", _("ineligible")
    NEEDS_PROOF = "needs_proof", _("needs proof")


class AlumniMatch(models.TextChoices):
    NONE = "none", _("no match")
    AUTO = "auto", _("matched")
    REVIEW = "review", _("to be reviewed")
    CONFIRMED = "confirmed", _("confirmed by hand")
    REJECTED = "rejected", _("rejected by hand")
    NOT_LISTED = "not_listed", _("not on the list, seen by hand")
    SELF_DECLARED = "self_declared", _("declared by the applicant")
    PROOF_ACCEPTED = "proof_accepted", _("proof accepted")


MATCH_SETTLED_YES = (AlumniMatch.AUTO, AlumniMatch.CONFIRMED, AlumniMatch.PROOF_ACCEPTED)
MATCH_OPEN = (
    AlumniMatch.NONE,
    AlumniMatch.REVIEW,
    AlumniMatch.SELF_DECLARED,
    AlumniMatch.NOT_LISTED,
)
MATCH_BY_HAND = (
    AlumniMatch.CONFIRMED,
    AlumniMatch.REJECTED,
    AlumniMatch.NOT_LISTED,
    AlumniMatch.PROOF_ACCEPTED,
)


class Workplace(models.TextChoices):
    CAPITAL = "capital", _("capital city")
    OTHER_CITY = "other_city", _("another city")
    RURAL = "rural_or_small_town", _("rural area or small town")


class Gender(models.TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    ANOTHER = "another", _("another")
    PREFER_NOT = "prefer_not_to_say", _("I prefer not to say")


class PeerName(models.TextChoices):
    FULL = "full_name", _("full name")
    INITIAL = "name_and_initial", _("first name and initial")
    PSEUDONYM = "pseudonym", _("a pseudonym")


class LatestFirst(OrderBy):
    """From the latest on, those without an instant last, as a part of an index: SQLite, where they
    come last by themselves, refuses the words for it."""

    def __init__(self, expression, **options):
        given = {"descending": True, "nulls_last": True, **options}
        super().__init__(F(expression) if isinstance(expression, str) else expression, **given)

    def as_sqlite(self, compiler, connection):
        plain = OrderBy(self.expression, descending=True)
        return plain.as_sql(compiler, connection)


IndexExpression.register_wrappers(LatestFirst, OrderBy, Collate)


class Application(models.Model):
    """One person's request for a place in one edition. `enrollment.services.applications`
    alone writes `status`; eligibility, match and score are written by
    `enrollment.services.eligibility`, `reading` (the mean of its readings, of 100) by
    `enrollment.services.reviews`.

    Facts that rules and statistics read are columns; every other answer is in `answers`,
    by the stable id of its field. Both say what was submitted. What was typed and not yet
    submitted is in `draft`, as it was typed; `revision` counts its changes, so that a form
    knows when another tab was faster. Once its time is over it has no person any more, and holds
    what totals are made of (`enrollment.privacy`).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="applications",
    )
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="applications")
    window = models.ForeignKey(
        RegistrationWindow, on_delete=models.PROTECT, related_name="applications"
    )
    code = models.CharField(_("code"), max_length=12, unique=True)
    status = models.CharField(
        _("status"), max_length=16, choices=ApplicationStatus, default=ApplicationStatus.DRAFT
    )
    version = models.PositiveIntegerField(default=0)
    given_names = models.CharField(_("given names"), max_length=120, blank=True)
    family_names = models.CharField(_("family names"), max_length=120, blank=True)
    certificate_name = models.CharField(_("name on the certificate"), max_length=200, blank=True)
    country = CountryField(_("country"), blank=True)
    workplace = models.CharField(_("workplace"), max_length=20, choices=Workplace, blank=True)
    role = models.ForeignKey(
        ApplicantRole,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("role"),
    )
    institution = models.CharField(_("institution"), max_length=200, blank=True)
    gender = models.CharField(_("gender"), max_length=20, choices=Gender, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True
    )
    answers = models.JSONField(default=dict, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("begun"))
    saved_at = models.DateTimeField(_("saved"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    eligibility = models.CharField(_("eligibility"), max_length=12, choices=Eligibility, blank=True)
    eligibility_reason = models.CharField(max_length=40, blank=True)
    eligibility_by_hand = models.BooleanField(default=False)
    alumni_match = models.CharField(
        _("alumni match"), max_length=16, choices=AlumniMatch, default=AlumniMatch.NONE
    )
    alumnus = models.ForeignKey(
        "enrollment.Alumnus",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="applications",
    )
    reading = models.DecimalField(
        _("points of its readers"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    likeness = models.CharField(max_length=64, blank=True, editable=False)
    search_text = models.CharField(max_length=700, blank=True, editable=False)
    duplicate_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="duplicates"
    )
    duplicate_settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = OfEdition.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-id"]
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "edition"], name="one_application_per_person_and_edition"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="submitted_has_its_instant",
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "country"], name="application_country"),
            models.Index(
                "edition", LatestFirst("submitted_at"), F("id").desc(), name="application_latest"
            ),
            models.Index(
                fields=[
                    "edition",
                    "status",
                    "eligibility",
                    "alumni_match",
                    "country",
                    "role",
                    "gender",
                    "workplace",
                    "language",
                ],
                name="application_figures",
            ),
            models.Index(fields=["edition", "likeness"], name="application_likeness"),
        ]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return f"{self.code} · {self.full_name}"

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_names}".strip()

    @property
    def is_in_selection(self) -> bool:
        return self.status in IN_SELECTION

    @property
    def is_draft(self) -> bool:
        return self.status == ApplicationStatus.DRAFT

    @property
    def is_withdrawn(self) -> bool:
        return self.status == ApplicationStatus.WITHDRAWN


class ApplicationVersion(models.Model):
    """What an application said at one submission: kept, never changed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="one_version_per_number")
        ]

    wagtail_reference_index_ignore = True


def new_file_key() -> str:
    return secrets.token_urlsafe(16)


def place_of_file(_row, _name: str) -> str:
    """By chance alone, in folders that stay small: nothing of whoever sent it is in the name."""
    name = secrets.token_hex(20)
    return f"{ANSWERS}/{name[:2]}/{name}"


ANSWERS = "answers"


class UploadedAnswer(models.Model):
    """A file that answers a question of the form. `enrollment.services.files` alone writes it. The
    draft and the versions hold its `key`; `version` is the first one submitted with it, and as
    long as there is none it goes once no draft holds it. Its content is never changed."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="uploaded_answers"
    )
    field = models.CharField(max_length=100)
    key = models.CharField(max_length=32, unique=True, default=new_file_key)
    file = models.FileField(upload_to=place_of_file, max_length=100)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    version = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="uploaded_kind_known")
        ]

    wagtail_reference_index_ignore = True

    def __str__(self):
        return self.key


class InformationRequest(models.Model):
    """What was asked of an applicant beyond the form. `enrollment.services.information` alone
    writes it; it is answered by submitting the application again."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="information_requests"
    )
    text = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, dropped_at=None),
                name="one_open_request_per_application",
            )
        ]

    wagtail_reference_index_ignore = True


class LateAttempt(models.Model):
    """A request that arrived at or after the close of a window. Its draft is kept."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="late_attempts"
    )
    window = models.ForeignKey(
        RegistrationWindow, on_delete=models.CASCADE, related_name="late_attempts"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "window"], name="one_late_attempt_per_person")
        ]
