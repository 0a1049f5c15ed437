"""Designs are made without code, and say at once what could not be printed."""

import pytest

from certificates.models import Design, Kind
from enrollment.models import StaffRole
from lms import journal
from tests.builders import CERTIFICATES, a_program, an_edition
from tests.certificates.builders import BODY, a_design
from tests.certificates.desk import address, queries_of
from tests.enrollment.staff import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LANGUAGES = ("es", "pt-br", "en")


@pytest.fixture(autouse=True)
def _now(clock):
    clock(CERTIFICATES)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(client, edition):
    return desk.at_the_desk(client, edition.program)


def texts(name, text):
    return {f"{name}_{language}": text for language in LANGUAGES}


def data(**changes):
    return {
        **texts("title", "Certificado"),
        **texts("body", BODY),
        **texts("reverse", ""),
        **texts("post_one", "Dirección"),
        **texts("post_two", ""),
        "signatory_one": "A",
        **changes,
    }


def test_coordinator_makes_a_design(client, edition, coordinator):
    add = address("design_add", edition.program.pk)
    client.post(add, data(certifies="0"))
    client.post(add, data(certifies="1"))
    program, phase = Design.objects.order_by("phase_order").reverse()
    kinds = {(one.kind, one.phase_order) for one in (program, phase)}
    assert kinds == {(Kind.PROGRAM, None), (Kind.PHASE, 1)}
    assert journal.history(phase).get().user == coordinator
    assert client.post(add, data(certifies="1")).context["form"].errors["certifies"]


def test_coordinator_changes_a_design(client, edition, coordinator):
    design = a_design(edition.program)
    url = address("design", design.pk)
    assert client.get(url).status_code == 200
    assert client.post(url, data(title_en="Award")).status_code == 302
    design.refresh_from_db()
    assert design.title["en"] == "Award"
    entries = journal.history(design).count()
    client.post(url, data(title_en="Award"))
    assert journal.history(design).count() == entries == 1


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"body_es": BODY + " {nombre}"}, "body", "Español: there is no placeholder {nombre}"),
        ({"body_en": BODY + " {"}, "body", "English: a brace is not closed"),
        ({"body_en": BODY + " {}"}, "body", "English: a brace is not closed"),
        ({"body_en": BODY + " {hours!r}"}, "body", "English: there is no placeholder {hours"),
        ({"body_pt-br": "{hours} h"}, "body", "must name {certificate_name} once"),
        ({"body_pt-br": ""}, "body", "is missing"),
        ({"title_en": "For {program}"}, "title", "only in the text"),
        ({"reverse_en": "{hours}"}, "reverse", "only in the text"),
        ({"post_two_es": "Dirección"}, "signatory_two", "Name who holds this post"),
        (texts("title", ""), "title", "required"),
    ],
)
def test_what_cannot_be_printed_is_said_beside_the_field(client, edition, changes, field, said):
    desk.at_the_desk(client, edition.program)
    design = a_design(edition.program)
    answer = client.post(address("design", design.pk), data(**changes))
    assert said in " ".join(answer.context["form"].errors[field])
    design.refresh_from_db()
    assert design.body["es"] == BODY


@pytest.mark.parametrize("language", LANGUAGES)
def test_design_is_previewed_in_each_language(client, edition, coordinator, language):
    design = a_design(edition.program)
    assert client.get(address("sample", design.pk, language)).content[:5] == b"%PDF-"


def test_preview_of_no_language_or_no_phase_is_not_found(client, edition, coordinator):
    design = a_design(edition.program)
    assert client.get(address("sample", design.pk, "fr")).status_code == 404
    edition.phases.all().delete()
    assert client.get(address("sample", design.pk, "es")).status_code == 404


def test_stranger_and_other_roles_find_nothing(client, edition):
    design = a_design(edition.program)
    pages = [
        address("design", design.pk),
        address("design_add", edition.program.pk),
        address("sample", design.pk, "es"),
    ]
    desk.at_the_desk(client, a_program())
    for page in pages:
        assert client.get(page).status_code == 404
        assert client.post(page, data()).status_code in (404, 405)
    assert "Certificado" not in client.get(address("designs")).content.decode()
    for role in (StaffRole.SECOND_APPROVER, StaffRole.AUTHOR):
        desk.at_the_desk(client, edition.program, role)
        for page in [*pages, address("designs")]:
            assert client.get(page).status_code == 404


def test_queries_do_not_grow_with_the_designs(client, edition, coordinator):
    a_design(edition.program)
    before = queries_of(client, address("designs"))
    a_design(edition.program, Kind.PHASE)
    a_design(edition.program, Kind.PHASE, phase_order=2)
    assert queries_of(client, address("designs")) == before
