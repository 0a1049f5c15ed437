"""Named lists of certificates."""

from django.db.models import QuerySet

from certificates.models import Certificate
from certificates.serials import as_typed


def held_by(user) -> QuerySet[Certificate]:
    """The certificates of one person, the newest first, replaced and revoked ones too."""
    return Certificate.objects.filter(enrollment__person=user).select_related(
        "edition__program", "phase"
    )


def by_code(code: str) -> Certificate | None:
    """The certificate a typed or scanned code means, or None."""
    return (
        Certificate.objects.select_related("edition__program").filter(serial=as_typed(code)).first()
    )
