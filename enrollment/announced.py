"""What is announced of an edition, kept for all readers: its program, phases and windows."""

from __future__ import annotations

from dataclasses import dataclass

from enrollment.models import (
    ApplicantRole,
    Edition,
    EditionStatus,
    Phase,
    RegistrationWindow,
    WindowKind,
)
from enrollment.models.programs import PUBLIC_EDITIONS
from lms.kept import kept


@dataclass(frozen=True)
class Announced:
    """An edition with its program, its phases in order, and its windows by their opening."""

    edition: Edition
    phases: tuple[Phase, ...]
    windows: tuple[RegistrationWindow, ...]

    @property
    def sign_ups(self) -> dict[int, RegistrationWindow]:
        """The sign-up windows by the id of their phase."""
        return {one.phase_id: one for one in self.windows if one.kind == WindowKind.SIGN_UP}

    def window(self, window_id: int) -> RegistrationWindow | None:
        return next((window for window in self.windows if window.pk == window_id), None)


@kept
def announced(edition_id: int) -> Announced | None:
    """None where there is no such edition. Three queries, where it is not kept."""
    edition = Edition.objects.select_related("program").filter(pk=edition_id).first()
    if edition is None:
        return None
    phases = tuple(Phase.objects.filter(edition=edition).order_by("order"))
    by_key = {phase.pk: phase for phase in phases}
    windows = tuple(RegistrationWindow.objects.filter(edition=edition).order_by("opens_at"))
    for row in (*phases, *windows):
        row.edition = edition
    for window in windows:
        window.phase = by_key[window.phase_id]
    return Announced(edition, phases, windows)


@kept
def application_window(program: str, edition: str) -> RegistrationWindow | None:
    """The window in which people apply to a public edition, by the slugs of its address."""
    windows = RegistrationWindow.objects.filter(
        kind=WindowKind.APPLICATION,
        edition__slug=edition,
        edition__program__slug=program,
        edition__status__in=PUBLIC_EDITIONS,
    )
    return windows.select_related("edition__program").first()


@kept
def roles_of(program_id: int) -> tuple[ApplicantRole, ...]:
    """The functions an applicant chooses from, in their order."""
    return tuple(ApplicantRole.objects.filter(program=program_id))


@kept
def application_windows() -> tuple[RegistrationWindow, ...]:
    """Those of published editions, the latest to open first."""
    rows = RegistrationWindow.objects.filter(
        kind=WindowKind.APPLICATION, edition__status=EditionStatus.PUBLISHED
    )
    return tuple(rows.select_related("edition__program").order_by("-opens_at"))
