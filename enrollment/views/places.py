"""Finding what a person's address names: their own, or a page that is not there."""

from __future__ import annotations

from django.http import Http404

from enrollment.models import Application, Enrollment
from enrollment.models.programs import PUBLIC_EDITIONS


def own_application(request, program: str, edition: str, *related: str) -> Application:
    """The signed-in person's application in that edition; 404 where there is none."""
    return _own(Application, request, program, edition, related)


def own_enrollment(request, program: str, edition: str, *related: str) -> Enrollment:
    """The signed-in person's place in that edition, whatever its state; 404 where there is none."""
    return _own(Enrollment, request, program, edition, related)


def _own(model, request, program: str, edition: str, related: tuple[str, ...]):
    rows = model.objects.filter(
        person=request.user,
        edition__slug=edition,
        edition__program__slug=program,
        edition__status__in=PUBLIC_EDITIONS,
    )
    row = rows.select_related("edition__program", *related).first()
    if row is None:
        raise Http404
    return row


def where(edition) -> tuple[str, str]:
    """The two words that name an edition in an address."""
    return edition.program.slug, edition.slug
