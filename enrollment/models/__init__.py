from enrollment.models.alumni import AlumniImport, Alumnus, AlumnusKey, QuarantinedRow
from enrollment.models.applications import (
    AlumniMatch,
    Application,
    ApplicationStatus,
    ApplicationVersion,
    Eligibility,
    Gender,
    InformationRequest,
    LateAttempt,
    PeerName,
    UploadedAnswer,
    Workplace,
)
from enrollment.models.balance import BalanceRule, Draw, RuleKind
from enrollment.models.decisions import Decision, JointAct, Outcome
from enrollment.models.enrollments import Enrollment, EnrollmentStatus, PhaseProgress
from enrollment.models.extensions import Extension, ExtensionCode
from enrollment.models.filters import FilteredList, SavedFilter
from enrollment.models.offers import Offer, OfferStatus
from enrollment.models.programs import (
    AdmissionMode,
    ApplicantRole,
    Edition,
    EditionStatus,
    Phase,
    Program,
    RegistrationWindow,
    RoleAssignment,
    StaffRole,
    WindowKind,
)
from enrollment.models.proofs import CourseProof
from enrollment.models.reconsiderations import Reconsideration
from enrollment.models.reviews import Criterion, Reader, ReadingPlan, Review, ReviewStatus

__all__ = [
    "AdmissionMode",
    "AlumniImport",
    "AlumniMatch",
    "Alumnus",
    "AlumnusKey",
    "ApplicantRole",
    "Application",
    "ApplicationStatus",
    "ApplicationVersion",
    "BalanceRule",
    "CourseProof",
    "Criterion",
    "Decision",
    "Draw",
    "Edition",
    "EditionStatus",
    "Eligibility",
    "Enrollment",
    "EnrollmentStatus",
    "Extension",
    "ExtensionCode",
    "FilteredList",
    "Gender",
    "InformationRequest",
    "JointAct",
    "LateAttempt",
    "Offer",
    "OfferStatus",
    "Outcome",
    "PeerName",
    "Phase",
    "PhaseProgress",
    "Program",
    "QuarantinedRow",
    "Reader",
    "ReadingPlan",
    "Reconsideration",
    "RegistrationWindow",
    "Review",
    "ReviewStatus",
    "RoleAssignment",
    "RuleKind",
    "SavedFilter",
    "StaffRole",
    "UploadedAnswer",
    "WindowKind",
    "Workplace",
]
