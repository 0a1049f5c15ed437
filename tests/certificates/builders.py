"""People who completed what a certificate certifies, and the designs of a program."""

from certificates.models import Design, Kind
from enrollment.models import PhaseProgress
from tests.builders import a_staff_member, an_enrollment, instant

BODY = "Se certifica que {certificate_name} completó {program}, {edition}, {start}, {end}, {hours}."


def a_design(program, kind=Kind.PROGRAM, **fields) -> Design:
    texts = {
        "title": {"es": "Certificado", "pt-br": "Certificado", "en": "Certificate"},
        "body": {"es": BODY, "pt-br": BODY, "en": BODY},
        "signatory_one": "A",
        "post_one": {"es": "Dirección", "pt-br": "Direção", "en": "Director"},
    }
    phase_order = 1 if kind == Kind.PHASE else None
    return Design.objects.create(
        program=program, kind=kind, **{"phase_order": phase_order, **texts, **fields}
    )


def a_completed_enrollment(edition, phases=(1, 2), **fields):
    """An enrollment whose holder completed these phases of its edition."""
    return complete(an_enrollment(edition, **fields), phases)


def complete(enrollment, phases=(1, 2)):
    """Its holder completed these phases."""
    for phase in enrollment.edition.phases.filter(order__in=phases):
        PhaseProgress.objects.create(
            enrollment=enrollment,
            phase=phase,
            completed_at=instant("2019-05-20T12:00"),
            work={
                "activities": [
                    {"title": {"es": "Cómo funciona Internet", "en": "How it works"}, "hours": 5}
                ],
                "hours": phase.hours,
            },
        )
    return enrollment


def a_coordinator_of(certificate):
    """Somebody who may correct it."""
    return a_staff_member(certificate.edition.program)
