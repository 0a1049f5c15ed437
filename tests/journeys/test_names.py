"""What becomes of a name from the form to the paper, and of two accounts of one name."""

import io

import pytest
from openpyxl import load_workbook

from enrollment.models import Application, ApplicationStatus, Decision, Eligibility, Outcome
from enrollment.services.offers import accept_offer, make_offers
from tests.builders import CERTIFICATES, RELEASE, a_person, an_edition, instant
from tests.certificates import desk as certificates_desk
from tests.certificates.builders import a_design, complete
from tests.certificates.reading import text_of
from tests.enrollment.applying import submit
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk

pytestmark = pytest.mark.django_db
GIVEN, FAMILY = "María José", "Ñáñez d'Ávila-Gonçalves"
WHOLE = f"{GIVEN} {FAMILY}"
IN_WINDOW = instant("2019-04-02T15:00")


def test_a_name_is_the_same_in_the_list_the_workbook_and_the_preview(client, clock):
    edition = an_edition(capacity=10)
    clock(IN_WINDOW)
    person = a_person("maria@correo.example", language="es")
    client.force_login(person)
    submit(client, edition, given_names=GIVEN, family_names=FAMILY, certificate_name=WHOLE)
    application = Application.objects.get()

    clock(AFTER_THE_CLOSE)
    at_the_desk(client, edition.program)
    [listed] = client.get(address("applications")).context["object_list"]
    assert (listed.given_names, listed.family_names) == (GIVEN, FAMILY)
    page = client.get(address("applications")).content.decode()
    assert FAMILY.replace("'", "&#x27;") in page
    workbook = b"".join(client.get(address("applications", export="xlsx")).streaming_content)
    cells = {cell for row in load_workbook(io.BytesIO(workbook)).active.values for cell in row}
    assert {GIVEN, FAMILY, WHOLE} <= cells

    clock(CERTIFICATES)
    complete(takes_the_place(application, edition))
    design = a_design(edition.program)
    at_the_desk(client, edition.program)
    preview = client.get(certificates_desk.address("preview", edition.pk, design.pk))
    assert WHOLE in text_of(preview.content)


def takes_the_place(application, edition):
    """Selected, released, accepted."""
    edition.decisions_locked_at, edition.released_at = RELEASE.replace(hour=1), RELEASE
    edition.save()
    Decision.objects.create(
        application=application,
        edition=edition,
        outcome=Outcome.SELECTED,
        at=edition.decisions_locked_at,
    )
    make_offers(edition, at=edition.decisions_locked_at)
    return accept_offer(application.offer, by=application.person, at=RELEASE)


def test_two_accounts_of_one_name_country_and_course_are_both_flagged_and_neither_refused(
    client, clock
):
    edition = an_edition(capacity=10)
    clock(IN_WINDOW)
    for email in ("rosa@correo.example", "rosa.medina@justicia.example"):
        client.force_login(a_person(email, language="es"))
        assert submit(client, edition).status_code == 302
    first, second = Application.objects.order_by("pk")
    assert (first.duplicate_of, second.duplicate_of) == (second, first)
    for one in (first, second):
        assert one.status == ApplicationStatus.SUBMITTED
        assert one.eligibility != Eligibility.INELIGIBLE
    at_the_desk(client, edition.program)
    found = client.get(address("applications", duplicates="yes", edition=edition.pk)).context[
        "object_list"
    ]
    assert set(found) == {first, second}


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ({"given_names": " ROSA ", "family_names": "medina quíspe"}, True),
        ({"given_names": "Rosa María"}, False),
        ({"country": "BO"}, False),
        ({"basic_module_edition": "2018, Perú"}, False),
    ],
    ids=["another spelling", "a name more", "another country", "another course"],
)
def test_only_names_country_and_course_together_make_a_likely_duplicate(
    client, clock, other, alike
):
    edition = an_edition(capacity=10)
    clock(IN_WINDOW)
    for changes in ({}, other):
        client.force_login(a_person(language="es"))
        submit(client, edition, **changes)
    first, second = Application.objects.order_by("pk")
    assert (first.duplicate_of == second) is (second.duplicate_of == first) is alike


def test_an_edit_that_makes_two_alike_flags_both_and_one_that_parts_them_neither(client, clock):
    edition = an_edition(capacity=10)
    clock(IN_WINDOW)
    for course in ("2017, Perú", "2018, Perú"):
        client.force_login(a_person(language="es"))
        submit(client, edition, basic_module_edition=course)
    for course, alike in (("2017, Perú", True), ("2018, Perú", False)):
        submit(client, edition, basic_module_edition=course)
        first, second = Application.objects.order_by("pk")
        assert (first.duplicate_of == second) is (second.duplicate_of == first) is alike
