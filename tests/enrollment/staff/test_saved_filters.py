"""Filters of the lists kept under a name: in place, alone or shared, and never a dead end."""

import pytest
from django.db import IntegrityError, transaction

from enrollment.models import ApplicantRole, SavedFilter, StaffRole
from enrollment.rules.filters import MOST
from enrollment.services.filters import keep_filter, remove_filter
from enrollment.services.staff import revoke_role
from lms import journal
from lms.accounts.models import User
from lms.decisions import DomainError
from lms.hooks import ask
from tests.builders import a_program, a_submitted_application, an_edition, an_enrollment
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.enrollment.staff.visits import queries_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(clock):
    clock(AFTER_THE_CLOSE)


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(client, edition):
    return at_the_desk(client, edition.program)


def keep(client, name, query, whose="own", listing="applications"):
    data = {"name": name, "query": query, "whose": whose}
    return client.post(address(f"keep_{listing}_filter"), data)


def names(client, listing="applications", **query):
    page = client.get(address(listing, **query))
    assert page.status_code == 200
    return [one.name for one in page.context["saved_filters"]]


def kept(by, name="Rural", query="country=PE", program=None, listing="applications"):
    return keep_filter(listing, name, query, program=program, by=by, at=AFTER_THE_CLOSE)


def test_a_filter_is_kept_as_it_was_chosen_without_page_order_or_search(client, coordinator):
    query = (
        "p=7&gender=man&status=submitted&status=draft&status=draft&q=Rosa&ordering=country&role="
    )
    answer = keep(client, "  Men,   begun ", query)
    saved = SavedFilter.objects.get()
    assert saved.query == "gender=man&status=draft&status=submitted"
    assert (saved.name, saved.owner, saved.program) == ("Men, begun", coordinator, None)
    assert answer["Location"] == f"{address('applications')}?{saved.query}"


def test_a_kept_filter_leads_to_its_rows(client, edition, coordinator):
    wanted = a_submitted_application(edition, country="BR", score=7)
    a_submitted_application(edition, country="PE", score=7)
    keep(client, "Brazil", "score_min=5&country=BR")
    page = client.get(address("applications"))
    (shown,) = page.context["saved_filters"]
    found = client.get(shown.url)
    assert [one.code for one in found.context["object_list"]] == [wanted.code]
    assert found.context["saved_filters"][0].is_here
    assert found.context["keep_form"] is None
    assert 'aria-current="page"' in found.content.decode()


def test_the_form_is_there_where_something_is_filtered(client, edition, coordinator):
    a_submitted_application(edition)
    assert client.get(address("applications")).context["keep_form"] is None
    page = client.get(address("applications", country="PE", q="Medina"))
    assert page.context["keep_form"].initial == {"query": "country=PE"}
    assert "may be somebody’s name" in page.content.decode()
    assert (
        "Keep this filter"
        in client.get(address("applications_results", country="ZW")).content.decode()
    ), "also where nobody is found"


def test_own_filters_are_nobody_elses(client, edition, coordinator):
    kept(coordinator)
    colleague = a_member(edition.program)
    kept(colleague, "Theirs")
    assert names(client) == ["Rural"]


def test_shared_filters_are_the_staffs_of_the_program(client, edition, coordinator):
    keep(client, "Rural", "country=PE", whose=str(edition.program.pk))
    assert SavedFilter.objects.get().program == edition.program
    assert journal.history(edition.program).filter(action="enrollment.share_filter").exists()
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    assert names(client) == ["Rural"]
    at_the_desk(client, a_program())
    assert names(client) == []


def test_nobody_shares_with_a_program_that_is_not_theirs(client, coordinator):
    other = a_program()
    answer = keep(client, "Rural", "country=PE", whose=str(other.pk))
    assert answer.context["form"].errors["whose"]
    with pytest.raises(DomainError, match="your programs only"):
        kept(coordinator, program=other)
    assert not SavedFilter.objects.exists()


def test_what_was_shared_is_gone_for_whoever_lost_the_role(client, edition, coordinator):
    mine = a_program()
    at_the_desk(client, mine)
    user = User.objects.get(pk=client.session["_auth_user_id"])
    from enrollment.services.staff import grant_role  # noqa: PLC0415

    grant_role(user, edition.program, StaffRole.COORDINATOR, by=None, at=AFTER_THE_CLOSE)
    kept(coordinator, program=edition.program)
    assert names(client) == ["Rural"]
    revoke_role(user, edition.program, StaffRole.COORDINATOR, by=None, at=AFTER_THE_CLOSE)
    assert names(client) == []


@pytest.mark.parametrize("name", ["Rural", "rural", "  RURAL "])
def test_the_same_name_twice_is_refused_at_the_field(client, edition, coordinator, name):
    kept(coordinator)
    answer = keep(client, name, "country=BR")
    assert "There is a filter of this name" in answer.context["form"].errors["name"][0]
    assert 'value="country=BR"' in answer.content.decode(), "what was chosen is not lost"
    assert SavedFilter.objects.count() == 1


def test_a_name_is_taken_in_one_list_and_for_one_reader_alone(client, edition, coordinator):
    kept(coordinator)
    kept(coordinator, listing="places")
    kept(coordinator, program=edition.program)
    kept(a_member(edition.program))
    assert SavedFilter.objects.count() == 4


@pytest.mark.parametrize("shared", [False, True])
def test_the_database_refuses_the_same_name_too(edition, shared):
    owner = a_member(edition.program)
    program = edition.program if shared else None
    kept(owner, program=program)
    fields = {"owner": owner, "program": program, "listing": "applications", "query": "a=b"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(name="RURAL", at=AFTER_THE_CLOSE, **fields)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61])
def test_a_name_is_there_and_not_too_long(client, coordinator, name):
    assert keep(client, name, "country=BR").context["form"].errors["name"]
    assert not SavedFilter.objects.exists()


def test_no_more_than_twenty_are_kept(client, edition, coordinator):
    for number in range(MOST):
        kept(coordinator, f"Number {number}")
    answer = keep(client, "One more", "country=BR")
    assert "No more than 20" in str(answer.context["form"].errors)
    kept(coordinator, "One more", program=edition.program)
    assert SavedFilter.objects.count() == MOST + 1


@pytest.mark.parametrize(
    "query", ["p=2", "nonsense=1", "country=", "q=Rosa", "status=vanished", "role=0&status=x"]
)
def test_a_filter_of_nothing_is_refused(client, coordinator, query):
    answer = keep(client, "All", query)
    assert "Nothing is filtered" in str(answer.context["form"].errors)


def test_what_cannot_be_read_is_not_kept_and_is_named(client, coordinator):
    answer = keep(client, "Few", "score_min=many&country=PE")
    assert "Correct this in the list first" in str(answer.context["form"].errors)
    assert not SavedFilter.objects.exists()


def test_what_is_no_more_is_not_kept_with_the_rest(client, coordinator):
    keep(client, "Peru", "status=vanished&country=PE")
    assert SavedFilter.objects.get().query == "country=PE"


def test_a_filter_longer_than_its_place_is_refused(coordinator):
    with pytest.raises(DomainError, match="Too much"):
        kept(coordinator, query="x" * 1501)


def test_a_choice_that_is_no_more_is_said_and_the_rest_shown(client, edition, coordinator):
    role = ApplicantRole.objects.create(program=edition.program, key="old", label={"en": "Old"})
    wanted = a_submitted_application(edition, country="BR")
    a_submitted_application(edition, country="PE")
    keep(client, "Old ones", f"country=BR&role={role.pk}&status=submitted")
    role.delete()
    url = names_and_urls(client)["Old ones"]
    answer = client.get(url.replace("status=submitted", "status=submitted&status=vanished"))
    assert answer.status_code == 302
    assert "Status, Role" in said(answer) or "Role, Status" in said(answer)
    page = client.get(answer["Location"])
    assert [one.code for one in page.context["object_list"]] == [wanted.code]
    assert "no longer exists" in page.content.decode()


def names_and_urls(client):
    page = client.get(address("applications"))
    return {one.name: one.url for one in page.context["saved_filters"]}


def test_a_question_that_is_no_more_is_said(client, edition, coordinator):
    SavedFilter.objects.create(
        owner=coordinator,
        listing="applications",
        name="Old",
        query="country=PE&knows_html=yes",
        at=AFTER_THE_CLOSE,
    )
    answer = client.get(names_and_urls(client)["Old"])
    assert "knows_html" in said(answer)
    assert answer["Location"].endswith("?country=PE")


def test_what_is_typed_wrong_is_said_at_its_field_and_stays(client, coordinator):
    page = client.get(address("applications", score_min="many"))
    assert page.status_code == 200
    assert 'value="many"' in page.content.decode()


def test_many_take_one_line_and_are_removed_a_step_further(client, coordinator):
    for number in range(5):
        kept(coordinator, name=f"Filter {number}", query=f"country=PE&p={number}")
    page = client.get(address("applications")).content.decode()
    closed, _summary, lists = page.partition("<summary>")
    assert closed.endswith("<details>\n                ")
    links, _nested, buttons = lists.partition('<details class="desk-nested">')
    assert links.count("Filter ") == 5 and "<button" not in links
    assert buttons.count("remove") >= 5


def test_remove_one_s_own(client, coordinator):
    saved = kept(coordinator)
    answer = client.post(address("remove_filter", saved.pk))
    assert answer["Location"] == f"{address('applications')}?country=PE"
    assert not SavedFilter.objects.exists()
    remove_filter(saved, by=coordinator, at=AFTER_THE_CLOSE)


def test_a_second_press_says_that_it_was_removed_already(client, coordinator):
    saved = kept(coordinator, listing="places", query="country=PE")
    button = f'action="{address("remove_filter", saved.pk)}"'
    shown = client.get(address("places")).content.decode().split(button)[1].split("</form>")[0]
    assert 'name="list" value="places"' in shown
    url, places = address("remove_filter", saved.pk), {"list": "places"}
    client.post(url, places)
    answer = client.post(url, places)
    assert answer["Location"] == address("places") and "removed already" in said(answer)


def test_a_shared_one_is_removed_by_its_owner_or_a_coordinator(client, edition):
    approver = a_member(edition.program, StaffRole.SECOND_APPROVER)
    saved = kept(approver, program=edition.program)
    at_the_desk(client, edition.program, StaffRole.SECOND_APPROVER)
    answer = client.post(address("remove_filter", saved.pk))
    assert "Its owner or a coordinator" in said(answer)
    assert not client.get(address("applications")).context["saved_filters"][0].may_remove
    at_the_desk(client, edition.program)
    client.post(address("remove_filter", saved.pk))
    assert not SavedFilter.objects.exists()
    assert journal.history(edition.program).filter(action="enrollment.remove_filter").exists()


def test_nobody_removes_a_strangers(client, edition, coordinator):
    saved = kept(a_member(edition.program))
    assert client.post(address("remove_filter", saved.pk)).status_code == 404
    assert client.get(address("remove_filter", saved.pk)).status_code in (404, 405)


def test_places_are_kept_too(client, edition, coordinator):
    an_enrollment(edition)
    answer = keep(client, "Began", "began=yes&country=PE&p=3", listing="places")
    assert answer["Location"] == f"{address('places')}?began=yes&country=PE"
    assert names(client, "places") == ["Began"] and names(client) == []
    saved = SavedFilter.objects.get()
    assert client.post(address("remove_filter", saved.pk))["Location"].startswith(address("places"))


def test_many_filters_take_no_more_queries_than_one(client, edition, coordinator):
    kept(coordinator)
    client.get(address("applications"))
    one = queries_of(client, address("applications"))
    for number in range(5):
        kept(coordinator, f"N{number}", program=edition.program)
    assert queries_of(client, address("applications")) == one


def test_a_copy_of_one_s_data_has_them(edition, coordinator):
    kept(coordinator, query="country=PE")
    sections = {name: rows for name, rows, *_labels in ask("export_person", coordinator)}
    assert [row["name"] for row in sections["saved_filters"]] == ["Rural"]


def test_erasure_takes_one_s_own_and_leaves_what_was_shared(edition, coordinator):
    kept(coordinator)
    shared = kept(coordinator, "Shared", program=edition.program)
    ask("erase_person", coordinator, None, AFTER_THE_CLOSE)
    (left,) = SavedFilter.objects.all()
    assert left.pk == shared.pk and left.owner is None
