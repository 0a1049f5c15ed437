"""A coordinator compares applicants with the list of alumni: one key, one decision."""

import re

import pytest
from wagtail.models import ModelLogEntry

from enrollment.models import AlumniMatch, Alumnus, StaffRole
from enrollment.services.alumni import receive_file
from enrollment.services.eligibility import assess, settle_match
from enrollment.staff.matches import is_other_course
from tests.builders import a_program, a_staff_member, an_edition, instant
from tests.builders import a_submitted_application as a_submitted
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit

pytestmark = pytest.mark.django_db
AT = instant("2019-04-14T12:00")
ROWS = ["Rosa Medina;;Perú;2017;sí", "Rosa Medina Kispe;rosa@pj.example;Perú;2014;sí"]


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AT)


@pytest.fixture
def edition():
    return an_edition(a_program(needs_alumni=True))


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, language="en")


def import_list(edition, coordinator, *rows, name="lista.csv"):
    lines = "\n".join(["nombre;correo;país;edición;estado", *rows])
    receive_file(edition.program, name, lines.encode(), by=coordinator, at=AT)


@pytest.fixture
def rosa(edition, coordinator):
    rosa = a_submitted(edition)
    import_list(edition, coordinator, *ROWS)
    rosa.refresh_from_db()
    assert rosa.alumni_match == "review"
    return rosa


def chosen(client, edition, row) -> dict:
    context = client.get(page("matches", edition.pk)).context
    return {"application": context["application"].pk, "seen": context["seen"], "row": row}


def test_the_candidates_stand_beside_the_applicant_with_what_differs_marked(
    client, edition, coordinator, rosa
):
    answer = visit(client, coordinator, "matches", edition.pk)
    text = answer.content.decode()
    assert [one.row.name for one in answer.context["candidates"]] == [
        "Rosa Medina Kispe",
        "Rosa Medina",
    ]
    assert "1 application to compare" in text and rosa.code in text
    assert "<mark>" not in text
    import_list(edition, coordinator, "Rosa Medina Torres;;Perú;2017;sí", name="otra.csv")
    assert "<mark>Torres</mark>" in client.get(page("matches", edition.pk)).content.decode()


def test_choosing_a_row_settles_the_match_with_it(client, edition, coordinator, rosa):
    enter(client, coordinator)
    row = Alumnus.objects.get(name="Rosa Medina Kispe")
    answer = client.post(page("matches", edition.pk), chosen(client, edition, row.pk))
    assert answer.status_code == 302 and f"{rosa.code}: matched" in said(answer)
    rosa.refresh_from_db()
    assert (rosa.alumni_match, rosa.alumnus, rosa.eligibility) == ("confirmed", row, "eligible")
    entry = ModelLogEntry.objects.filter(action="enrollment.settle_match").get()
    assert entry.user == coordinator and "lista.csv 3" in entry.data["reason"]
    assert (entry.data["before"], entry.data["after"]) == ("review", "confirmed")
    assert "Nothing is left" in client.get(page("matches", edition.pk)).content.decode()


def test_who_is_surely_on_the_list_and_did_not_complete_it_still_has_to_prove_it(
    client, edition, coordinator, rosa
):
    Alumnus.objects.update(status=Alumnus.Status.ENROLLED)
    enter(client, coordinator)
    row = Alumnus.objects.get(name="Rosa Medina Kispe")
    client.post(page("matches", edition.pk), chosen(client, edition, row.pk))
    rosa.refresh_from_db()
    assert (rosa.alumni_match, rosa.alumnus) == ("confirmed", row)
    assert (rosa.eligibility, rosa.eligibility_reason) == ("needs_proof", "alumni_not_completed")
    settle_match(rosa, AlumniMatch.PROOF_ACCEPTED, by=coordinator, at=AT, reason="Certificate.")
    rosa.refresh_from_db()
    assert rosa.eligibility == "eligible"


def test_none_of_them_refuses_nobody(client, edition, coordinator, rosa):
    enter(client, coordinator)
    client.post(page("matches", edition.pk), chosen(client, edition, "none"))
    rosa.refresh_from_db()
    assert (rosa.alumni_match, rosa.alumnus, rosa.eligibility) == ("not_listed", None, "eligible")
    assess(rosa, at=AT)
    rosa.refresh_from_db()
    assert rosa.alumni_match == "not_listed"


def test_whoever_is_passed_over_comes_again_at_the_end(client, edition, coordinator, rosa):
    other = a_submitted(edition)
    assess(other, at=AT)
    enter(client, coordinator)
    url = page("matches", edition.pk)
    first = client.get(url).context
    second = client.get(first["pass_url"]).context
    assert (first["application"], second["application"]) == (rosa, other)
    assert client.get(second["pass_url"]).context["application"] == rosa


@pytest.mark.parametrize("what", ["settled", "edited", "list"])
def test_what_changed_meanwhile_is_not_overwritten(client, edition, coordinator, rosa, what):
    enter(client, coordinator)
    data = chosen(client, edition, "none")
    if what == "settled":
        client.post(page("matches", edition.pk), data)
    if what == "edited":
        type(rosa).objects.filter(pk=rosa.pk).update(version=2)
    if what == "list":
        import_list(edition, coordinator, "Rosa Medina Torres;;Perú;2017;sí", name="otra.csv")
    data["row"] = Alumnus.objects.first().pk
    answer = client.post(page("matches", edition.pk), data)
    assert "meanwhile" in said(answer)
    rosa.refresh_from_db()
    assert rosa.alumni_match == ("not_listed" if what == "settled" else "review")


@pytest.mark.parametrize(
    "changes",
    [
        {"row": ""},
        {"row": "9" * 5000},
        {"row": "x\x00"},
        {"application": "9" * 5000},
        {"application": ""},
        {"application": "0"},
    ],
)
def test_strange_input_changes_nothing(client, edition, coordinator, rosa, changes):
    enter(client, coordinator)
    data = chosen(client, edition, "none") | changes
    assert client.post(page("matches", edition.pk), data).status_code == 404
    url = page("matches", edition.pk) + "?after=" + "9" * 5000
    assert client.get(url).context["application"] == rosa
    stranger = Alumnus.objects.get(name="Rosa Medina").pk + 1000
    data = chosen(client, edition, stranger)
    assert "not among" in said(client.post(page("matches", edition.pk), data))


def test_nobody_else_compares(client, edition, coordinator, rosa):
    for other in outsiders(edition.program, StaffRole.COORDINATOR):
        assert visit(client, other, "matches", edition.pk).status_code == 404
        assert press(client, other, "matches", edition.pk, application=rosa.pk).status_code == 404


def test_an_applicant_of_another_edition_is_not_found_here(client, edition, coordinator, rosa):
    other = an_edition(edition.program)
    data = {"application": rosa.pk, "row": "none", "seen": ""}
    enter(client, coordinator)
    assert client.post(page("matches", other.pk), data).status_code == 404


def test_who_is_matched_with_a_row_already_is_named(client, edition, coordinator, rosa):
    row = Alumnus.objects.get(name="Rosa Medina")
    other = a_submitted(edition, alumni_match="confirmed", alumnus=row, given_names="Otra")
    text = visit(client, coordinator, "matches", edition.pk).content.decode()
    assert f"Matched with {other.code} already" in text
    assert "Also to be compared" not in text


@pytest.mark.parametrize("match", ["review", "rejected"])
def test_who_is_only_near_a_row_is_not_said_to_be_matched(
    client, edition, coordinator, rosa, match
):
    row = Alumnus.objects.get(name="Rosa Medina")
    other = a_submitted(edition, alumni_match=match, alumnus=row, given_names="Otra")
    text = visit(client, coordinator, "matches", edition.pk, query=f"?after={rosa.pk - 1}")
    text = text.content.decode()
    assert "Matched with" not in text
    assert (f"Also to be compared with {other.code}" in text) == (match == "review")


def marked(client, edition, rosa) -> set[str]:
    url = page("matches", edition.pk) + f"?after={rosa.pk - 1}"
    return set(re.findall("<mark>(.*?)</mark>", client.get(url).content.decode()))


def test_another_country_or_course_than_the_applicant_says_is_marked(
    client, edition, coordinator, rosa
):
    enter(client, coordinator)
    assert marked(client, edition, rosa) == set()
    rosa.answers = {**rosa.answers, "basic_module_edition": "Segunda edición, 2017"}
    rosa.save()
    assert marked(client, edition, rosa) == {"2014"}
    rosa.given_names = "Rosa María"
    rosa.save()
    import_list(edition, coordinator, "Rosa María Medina Quispe;;Chile;2011;sí", name="otra.csv")
    assert marked(client, edition, rosa) == {"2014", "Chile", "2011"}


@pytest.mark.parametrize(
    ("said", "listed", "differs"),
    [
        ("2017, segunda edición", "Edición 2017", False),
        ("2016 o 2017", "2017", False),
        ("2016", "2017", True),
        ("Básico", "basico", False),
        ("Básico", "Avanzado", True),
        ("", "2017", False),
        ("2017", "", False),
    ],
)
def test_courses_differ_by_their_year_or_else_by_their_words(said, listed, differs):
    assert is_other_course(said, listed) == differs


def test_a_page_costs_the_same_with_many_to_compare(client, edition, coordinator, rosa):
    enter(client, coordinator)
    url = page("matches", edition.pk)
    client.get(url)
    few = queries_of(client, url)
    for _one in range(5):
        assess(a_submitted(edition), at=AT)
    assert queries_of(client, url) == few


def test_the_selection_says_how_many_wait_and_leads_there(client, edition, coordinator, rosa):
    text = visit(client, coordinator, "selection", edition.pk).content.decode()
    assert page("matches", edition.pk) in text
