"""The listing of applications: found, sorted out, taken along."""

import csv
import io
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from enrollment.forms.definitions import default_form
from enrollment.models import AlumniMatch, Application, ApplicationStatus, Outcome, StaffRole
from enrollment.services.decisions import change_decision
from enrollment.services.eligibility import assess_edition
from lms import journal
from tests.builders import a_person, a_submitted_application, an_edition, instant
from tests.enrollment.seats import a_decision
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, address, at_the_desk

pytestmark = pytest.mark.django_db
MARIA = {"given_names": "María José", "family_names": "Ñáñez d'Ávila-Gonçalves"}


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def edition():
    return an_edition(capacity=10)


@pytest.fixture
def coordinator(client, edition):
    return at_the_desk(client, edition.program)


def found(client, **query):
    page = client.get(address("applications", **query))
    assert page.status_code == 200
    return {row.code for row in page.context["object_list"]}


def exported(client, form="csv", **query):
    answer = client.get(address("applications", export=form, **query))
    assert answer.status_code == 200
    whole = b"".join(answer.streaming_content)
    if form == "csv":
        assert whole.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))
    return [list(row) for row in load_workbook(io.BytesIO(whole)).active.values]


@pytest.mark.parametrize(
    "query",
    ["María José", "nanez", "GONCALVES maria", "d'Ávila", "T7777777", "supremo tribunal", "rosa@"],
)
def test_search_finds_names_institution_address_and_code(client, edition, coordinator, query):
    person = a_person("rosa@correo.example")
    fields = {**MARIA, "code": "T7777777", "institution": "Suprêmo Tribunal"}
    a_submitted_application(edition, person, **fields)
    a_submitted_application(edition, given_names="Otto", family_names="Kraft")
    assess_edition(edition, at=AFTER_THE_CLOSE)
    assert found(client, q=query) == {"T7777777"}


@pytest.mark.parametrize(
    ("facts", "query"),
    [
        ({"country": "BR"}, {"country": "BR"}),
        ({"gender": "man"}, {"gender": "man"}),
        ({"workplace": "capital"}, {"workplace": "capital"}),
        ({"language": "pt-br"}, {"language": "pt-br"}),
        ({"eligibility": "ineligible"}, {"eligibility": "ineligible"}),
        ({"alumni_match": AlumniMatch.REVIEW}, {"alumni_match": "review"}),
        ({"status": ApplicationStatus.WITHDRAWN}, {"status": "withdrawn"}),
        ({"score": 60}, {"score_min": "50"}),
    ],
)
def test_each_filter_finds_its_own(client, edition, coordinator, facts, query):
    wanted = a_submitted_application(edition, **facts)
    a_submitted_application(edition)
    assert found(client, **query) == {wanted.code}


def test_filters_by_edition_outcome_exception_and_duplicate(client, edition, coordinator):
    selected = a_decision(edition).application
    undecided = a_submitted_application(edition)
    twin = a_submitted_application(edition, duplicate_of=undecided)
    elsewhere = a_submitted_application(an_edition(edition.program))
    here = {selected.code, undecided.code, twin.code}
    assert found(client) == here | {elsewhere.code}
    assert found(client, edition=edition.pk) == here
    assert found(client, edition=edition.pk, outcome="selected") == {selected.code}
    assert found(client, edition=edition.pk, outcome="undecided") == {undecided.code, twin.code}
    assert found(client, duplicates="yes") == {twin.code}
    assert found(client, by_hand="yes") == set()
    selected.decisions.update(reason="Board")
    assert found(client, by_hand="yes") == {selected.code}


def test_what_is_still_open_is_found(client, edition, coordinator):
    edition.program.needs_alumni = True
    edition.program.save()
    wanted = a_submitted_application(edition, alumni_match=AlumniMatch.REVIEW)
    proof = a_submitted_application(edition, alumni_match="auto", eligibility="needs_proof")
    a_submitted_application(edition, alumni_match="review", eligibility="ineligible")
    a_submitted_application(edition, alumni_match=AlumniMatch.AUTO)
    assert found(client, open="yes") == {wanted.code, proof.code}


def test_every_ordering_keeps_every_row(client, edition, coordinator):
    codes = {a_submitted_application(edition, score=score).code for score in (None, 5, 9)}
    names = "family_names country role__sort_order status eligibility alumni_match score rank"
    for name in [*names.split(), "submitted_at", "nonsense"]:
        assert found(client, ordering=name) == found(client, ordering=f"-{name}") == codes


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_holds_exactly_the_filtered_rows_with_every_letter(
    client, edition, coordinator, form
):
    a_submitted_application(edition, **MARIA, country="BR")
    a_submitted_application(edition)
    head, *rows = exported(client, form, country="BR")
    assert len(rows) == 1
    assert MARIA["family_names"] in rows[0] and MARIA["given_names"] in rows[0]
    assert len(head) == len(rows[0])


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1"])
def test_no_cell_of_an_export_is_run(client, edition, coordinator, form, evil):
    a_submitted_application(edition, institution=evil)
    cells = exported(client, form)[1]
    assert f"'{evil}" in cells and evil not in cells


def test_export_is_logged_without_what_was_typed(client, edition, coordinator):
    a_submitted_application(edition)
    exported(client, country="PE", q="Rosa")
    entry = journal.history(edition).get(action="enrollment.export_applications")
    assert entry.user == coordinator
    assert entry.data["count"] == "1"
    assert "country=PE" in entry.data["found_by"] and "Rosa" not in entry.data["found_by"]


def test_second_approver_reads_and_takes_nothing_along(client, edition):
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    one = a_submitted_application(edition)
    assert found(client) == {one.code}
    assert len(exported(client)) == 1
    assert "export=csv" not in client.get(address("applications")).content.decode()


def test_export_says_words_where_codes_are_stored(client, edition, coordinator):
    answers = {"connection": "office_broadband", "truth": "1"}
    a_submitted_application(edition, answers=answers)
    head, row = exported(client)
    form = {field["id"]: field for field in default_form()}
    told = dict(zip(head, row, strict=True))
    field = form["connection"]
    words = {one["value"]: one["label"]["en"] for one in field["choices"]}
    assert told[field["label"]["en"]] == words["office_broadband"]
    assert "office_broadband" not in row


def test_instants_of_an_export_are_utc_to_the_second(client, edition, coordinator):
    at = instant("2019-04-02T15:00:07.123456")
    a_submitted_application(edition, at=at)
    assert "2019-04-02 15:00:07" in exported(client)[1]
    assert instant("2019-04-02T15:00:07").replace(tzinfo=None) in workbook(client)["values"][1]


def test_workbook_keeps_its_headers_in_sight_and_shows_whole_cells(client, edition, coordinator):
    a_submitted_application(edition, institution="Corte Superior de Justicia de Ayacucho")
    book = workbook(client)
    sheet = book["sheet"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet["A1"].font.bold
    head = book["values"][0]
    letter = get_column_letter(head.index("Institution") + 1)
    assert sheet.column_dimensions[letter].width >= len("Corte Superior de Justicia de Ayacucho")
    assert max(one.width for one in sheet.column_dimensions.values()) <= 60


def workbook(client):
    answer = client.get(address("applications", export="xlsx"))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    return {"sheet": sheet, "values": [[cell.value for cell in row] for row in sheet.rows]}


# -- one act on many -------------------------------------------------------------------------


def chosen(client, **query):
    return client.get(address("act_on_applications", **query))


def press(client, page, act="decide:waitlisted", reason="Board of 14 April"):
    data = {"act": act, "reason": reason, "chosen": page.context["form"].initial["chosen"]}
    return client.post(address("act_on_applications"), data)


def outcomes(edition):
    rows = edition.decisions.filter(is_current=True)
    return dict(rows.values_list("application__code", "outcome"))


def test_act_on_the_filtered_list_reaches_exactly_what_was_shown(client, edition, coordinator):
    shown = {a_submitted_application(edition, country="BR").code for _one in range(25)}
    a_submitted_application(edition, country="PE")
    page = chosen(client, country="BR", of="all")
    assert page.context["count"] == 25
    assert "Do it for all 25 applications" in page.content.decode()
    a_submitted_application(edition, country="BR")
    answer = press(client, page)
    assert answer.status_code == 302
    assert outcomes(edition) == dict.fromkeys(shown, Outcome.WAITLISTED)


def test_act_on_chosen_rows(client, edition, coordinator):
    one, two, _three = (a_submitted_application(edition) for _one in range(3))
    page = chosen(client, id=[one.pk, two.pk], of="chosen")
    press(client, page, act="decide:not_selected")
    assert set(outcomes(edition)) == {one.code, two.code}


def test_act_is_done_for_all_or_for_none(client, edition, coordinator):
    good = a_submitted_application(edition)
    bad = a_submitted_application(edition, eligibility="ineligible", country="AR")
    page = chosen(client, of="all")
    answer = press(client, page)
    assert outcomes(edition) == {}
    assert bad.code in answer.content.decode()
    rest = answer.context["rest_sealed"]
    data = {"act": "decide:waitlisted", "reason": "Board", "chosen": rest}
    client.post(address("act_on_applications"), data)
    assert outcomes(edition) == {good.code: Outcome.WAITLISTED}


def test_act_asks_for_a_reason_and_a_list_of_its_own(client, edition, coordinator):
    a_submitted_application(edition)
    page = chosen(client, of="all")
    assert press(client, page, reason="").context["form"].errors["reason"]
    forged = {"act": "decide:waitlisted", "reason": "x", "chosen": quote("[1,[1]]")}
    assert client.post(address("act_on_applications"), forged).status_code == 404
    at_the_desk(client, edition.program)
    assert press(client, page).status_code == 404
    assert outcomes(edition) == {}


def test_act_settles_matches(client, edition, coordinator):
    edition.program.needs_alumni = True
    edition.program.save()
    one = a_submitted_application(edition, alumni_match=AlumniMatch.REVIEW)
    page = press(client, chosen(client, id=one.pk), act="match:proof_accepted")
    assert confirm(client, page).status_code == 302
    assert Application.objects.get().alumni_match == AlumniMatch.PROOF_ACCEPTED


def confirm(client, page, **other):
    form = page.context["form"]
    data = {name: form[name].value() for name in ("act", "reason", "chosen")}
    data |= {"seen": page.context["seen"], **other}
    return client.post(address("act_on_applications"), data)


@pytest.fixture
def claims(edition, coordinator):
    """Three who declared the course, one of them decided; one who is ineligible anyway."""
    edition.program.needs_alumni = True
    edition.program.save()
    found = [
        a_submitted_application(edition, alumni_match=AlumniMatch.SELF_DECLARED, country=country)
        for country in ("PE", "BR", "PE", "AR")
    ]
    assess_edition(edition, at=AFTER_THE_CLOSE)
    change_decision(found[0], "waitlisted", reason="x", by=coordinator, at=AFTER_THE_CLOSE)
    return found


def test_what_a_rejection_of_many_comes_to_is_said_before_it_is_done(client, edition, claims):
    before = list(Application.objects.order_by("pk").values())
    page = press(client, chosen(client, id=[one.pk for one in claims]), act="match:rejected")
    text = page.content.decode()
    assert page.status_code == 200 and "Nothing is changed yet" in text
    assert "Alumni match of 4 applications: “rejected by hand”." in text
    assert "3 applications become ineligible: they are refused" in text
    assert "1 decision then contradicts it" in text
    assert list(Application.objects.order_by("pk").values()) == before
    assert confirm(client, page).status_code == 302
    assert Application.objects.filter(eligibility="ineligible").count() == 4


def test_what_leaves_everybody_as_they_are_says_so(client, edition, claims):
    page = press(client, chosen(client, id=claims[0].pk), act="match:not_listed")
    assert "Nobody’s eligibility changes." in page.content.decode()


def test_what_comes_to_something_else_by_now_is_shown_again(client, edition, claims):
    page = press(client, chosen(client, id=[one.pk for one in claims]), act="match:rejected")
    other = confirm(client, page, act="match:proof_accepted")
    assert other.status_code == 200 and other.context["seen"] != page.context["seen"]
    Application.objects.filter(pk=claims[1].pk).update(eligibility="needs_proof", score=1)
    claims[0].decisions.update(is_current=False)
    again = confirm(client, page)
    assert again.status_code == 200 and "Nothing is changed yet" in again.content.decode()
    assert not Application.objects.filter(alumni_match=AlumniMatch.REJECTED).exists()
    assert confirm(client, again).status_code == 302


def test_a_match_that_cannot_be_settled_for_all_says_for_whom(client, edition, claims):
    page = chosen(client, id=[one.pk for one in claims])
    Application.objects.filter(pk=claims[0].pk).update(status="withdrawn")
    answer = press(client, page, act="match:rejected")
    assert [one.application for one in answer.context["refused"]] == [claims[0]]
    assert "Nothing is changed yet" not in answer.content.decode()


def test_second_approver_does_not_act(client, edition):
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    one = a_submitted_application(edition)
    assert chosen(client, id=one.pk).status_code == 404


def test_rows_of_another_program_are_not_chosen(client, edition, coordinator):
    mine = a_submitted_application(edition)
    theirs = a_submitted_application(an_edition())
    page = chosen(client, id=[mine.pk, theirs.pk])
    assert [one.code for one in page.context["applications"]] == [mine.code]
