"""Programs, editions, phases and windows are made without code; what was announced stands."""

from datetime import timedelta

import pytest

from enrollment.models import Edition, Phase, Program, RegistrationWindow, RoleAssignment, StaffRole
from enrollment.rules import calendar as rules
from enrollment.services import calendar
from lms import journal
from lms.decisions import DomainError
from lms.mail.models import OutgoingMessage
from tests.builders import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    a_person,
    a_program,
    a_staff_member,
    an_edition,
    instant,
)
from tests.enrollment.staff.visits import enter, outsiders, page, press, queries_of, said, visit

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def texts(name: str, text: str) -> dict:
    return {f"{name}_{language}": text for language in ("es", "pt-br", "en")}


def program_data(**changes) -> dict:
    kept = {field.name: 30 for field in Program._meta.fields if field.name.startswith("keep_")}
    return {**texts("title", "Jueces"), "eligible_countries": ["PE", "UY"], **kept, **changes}


def edition_data(**changes) -> dict:
    return {
        **texts("title", "Segunda"),
        "slug": "2020",
        "admission_mode": "selective",
        "capacity": 500,
        "waitlist_percent": 35,
        "languages": ["es", "pt-br", "en"],
        "ruling_zone": "America/Montevideo",
        "deadline_zone": "America/Tijuana",
        "release_planned_at": "2020-04-16 10:00",
        "offers_respond_by_day": "2020-04-25",
        **changes,
    }


@pytest.fixture
def edition():
    return an_edition()


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program, language="en")


def test_an_administrator_makes_a_program_and_names_its_first_two_people(client):
    admin = a_person(is_staff=True, is_superuser=True)
    data = program_data(
        slug="judges", coordinator="c@unesco.example", second_approver="d@unesco.example"
    )
    assert press(client, admin, "program_add", **data).status_code == 302
    program = Program.objects.get(slug="judges")
    held = dict(program.staff.values_list("user__email", "role"))
    assert held == {"c@unesco.example": "coordinator", "d@unesco.example": "second_approver"}
    assert not RoleAssignment.objects.filter(user=admin).exists()
    assert OutgoingMessage.objects.filter(template="enrollment/mail/role_given").count() == 2
    assert visit(client, admin, "program", program.pk).status_code == 404


def test_one_person_cannot_be_both_of_the_first_two(client):
    admin = a_person(is_staff=True, is_superuser=True)
    data = program_data(slug="judges", coordinator="c@x.example", second_approver="C@x.example")
    assert press(client, admin, "program_add", **data).status_code == 200
    assert not Program.objects.exists()


def test_only_administrators_make_programs(client, coordinator):
    assert visit(client, coordinator, "program_add").status_code == 404


def test_readers_find_their_programs_and_nobody_elses(client, edition, coordinator):
    a_program()
    response = visit(client, coordinator, "programs")
    assert list(response.context["programs"]) == [edition.program]
    for name, pk in (("program", edition.program.pk), ("edition", edition.pk)):
        assert visit(client, coordinator, name, pk).status_code == 200
        for stranger in outsiders(edition.program, *rules_readers()):
            assert visit(client, stranger, name, pk).status_code == 404
        Program.objects.filter(slug="another").first().staff.all().delete()
        Program.objects.filter(slug="another").delete()


def rules_readers():
    return (StaffRole.COORDINATOR, StaffRole.SECOND_APPROVER)


@pytest.mark.parametrize(
    "name", ["program_edit", "edition_add", "applicant_role_add", "imports", "alumni"]
)
def test_pages_of_a_program_are_its_coordinators(client, edition, coordinator, name):
    assert visit(client, coordinator, name, edition.program.pk).status_code == 200
    for stranger in outsiders(edition.program, StaffRole.COORDINATOR):
        assert visit(client, stranger, name, edition.program.pk).status_code == 404


@pytest.mark.parametrize("name", ["edition_edit", "phase_add", "window_add"])
def test_pages_of_an_edition_are_its_coordinators(client, edition, coordinator, name):
    assert visit(client, coordinator, name, edition.pk).status_code == 200
    for stranger in outsiders(edition.program, StaffRole.COORDINATOR):
        assert visit(client, stranger, name, edition.pk).status_code == 404


def test_a_program_is_changed_and_the_change_is_logged(client, edition, coordinator):
    program = edition.program
    data = program_data(keep_drafts_days=45, eligible_countries=["PE", "UY", "BR", "MX", "JM"])
    assert press(client, coordinator, "program_edit", program.pk, **data).status_code == 302
    program.refresh_from_db()
    assert program.keep_drafts_days == 45
    assert program.title["en"] == "Jueces"
    entry = journal.history(program).get(action="enrollment.change_program")
    assert "keep_drafts_days: 45" in entry.data["after"]


def test_criteria_stand_while_people_apply(client, clock, edition, coordinator):
    program = edition.program
    clock(WINDOW_OPENS)
    data = program_data(eligible_countries=["PE"])
    response = press(client, coordinator, "program_edit", program.pk, **data)
    assert response.status_code == 200
    assert "criteria" in " ".join(response.context["form"].non_field_errors())
    clock(WINDOW_OPENS - SECOND)
    assert press(client, coordinator, "program_edit", program.pk, **data).status_code == 302


def test_an_applicant_role_is_added_and_its_key_is_its_own(client, clock, edition, coordinator):
    clock(WINDOW_OPENS - SECOND)
    program = edition.program
    data = {**texts("label", "Fiscal"), "key": "prosecutor", "eligible": "on"}
    data |= {"relevance": 20, "sort_order": 3}
    for _twice in range(2):
        press(client, coordinator, "applicant_role_add", program.pk, **data)
    assert program.applicant_roles.filter(key="prosecutor").count() == 1


def test_dates_are_typed_in_the_ruling_zone_and_kept_in_utc(client, edition, coordinator):
    response = press(client, coordinator, "edition_add", edition.program.pk, **edition_data())
    made = Edition.objects.get(slug="2020")
    assert response["Location"] == page("edition", made.pk)
    assert made.release_planned_at == instant("2020-04-16T13:00")
    assert made.offers_respond_by == instant("2020-04-26T07:00")  # 25 April has ended in Tijuana
    assert (made.status, made.program) == ("draft", edition.program)
    shown = visit(client, coordinator, "edition_edit", made.pk).content.decode()
    assert 'value="2020-04-16 10:00"' in shown
    assert "2020-04-16 13:00 UTC" in shown


def test_a_new_edition_begins_as_the_one_before(client, edition, coordinator):
    edition.ruling_zone, edition.capacity = "America/Montevideo", 321
    edition.save()
    form = visit(client, coordinator, "edition_add", edition.program.pk).context["form"]
    assert form["ruling_zone"].value() == "America/Montevideo"
    assert form["capacity"].value() == 321
    assert not form["slug"].value()


def test_an_hour_that_the_clocks_skip_is_refused(client, edition, coordinator):
    data = edition_data(ruling_zone="America/Santiago", release_planned_at="2019-09-08 00:30")
    response = press(client, coordinator, "edition_add", edition.program.pk, **data)
    assert "release_planned_at" in response.context["form"].errors


def test_what_services_own_is_in_no_form(client, edition, coordinator):
    form = visit(client, coordinator, "edition_edit", edition.pk).context["form"]
    owned = {"status", "released_at", "decisions_locked_at", "decisions_checksum", "closed_at"}
    assert not owned & set(form.fields)


def phase_data(**changes) -> dict:
    return {
        **texts("title", "Fase"),
        "order": 3,
        "opens_at": "2019-07-01 09:00",
        "closes_at_day": "2019-07-31",
        "hours": 10,
        **changes,
    }


def test_a_phase_is_added_with_a_whole_day_as_its_end(client, clock, edition, coordinator):
    clock(WINDOW_OPENS - SECOND)
    assert press(client, coordinator, "phase_add", edition.pk, **phase_data()).status_code == 302
    assert Phase.objects.get(order=3).closes_at == instant("2019-08-01T07:00")


def test_a_phase_must_close_after_it_opens_and_has_a_place_of_its_own(
    client, clock, edition, coordinator
):
    clock(WINDOW_OPENS - SECOND)
    wrong = phase_data(order=1, closes_at_day="2019-06-30")
    errors = press(client, coordinator, "phase_add", edition.pk, **wrong).context["form"].errors
    assert set(errors) == {"order", "closes_at"}


def test_dates_stand_once_the_window_has_opened(client, clock, edition, coordinator):
    clock(WINDOW_OPENS)
    phase = edition.phases.get(order=1)
    data = phase_data(order=1, opens_at="2019-04-22 09:00", hours=20, closes_at_day="2019-06-30")
    response = press(client, coordinator, "phase_edit", edition.pk, phase.pk, **data)
    assert "announced dates stand" in str(response.context["form"].non_field_errors())
    phase.refresh_from_db()
    assert phase.closes_at == instant("2019-05-27T07:00")
    data["closes_at_day"] = "2019-05-26"
    assert press(client, coordinator, "phase_edit", edition.pk, phase.pk, **data).status_code == 302
    phase.refresh_from_db()
    assert str(phase.title) == "Fase"


@pytest.mark.parametrize(("at", "code"), [(WINDOW_OPENS - SECOND, ""), (WINDOW_OPENS, "frozen")])
def test_the_capacity_can_only_grow_once_people_apply(edition, at, code):
    answer = rules.can_change_edition(edition, ["capacity"], at, capacity=999)
    assert answer.code.endswith(code) and bool(answer) == (not code)
    assert rules.can_change_edition(edition, ["capacity"], at, capacity=1001)
    edition.decisions_locked_at = at
    assert bool(rules.can_change_edition(edition, ["capacity"], at, capacity=1001)) == (not code)


def window_data(edition, **changes) -> dict:
    return {
        "phase": edition.phases.get(order=1).pk,
        "kind": "application",
        "opens_at": "2019-03-21 09:00",
        "closes_at_day": "2019-04-12",
        **changes,
    }


def test_a_window_is_closed_earlier_only_before_it_opens(client, clock, edition, coordinator):
    window = edition.windows.get()
    earlier = window_data(edition, closes_at_day="2019-04-10")
    clock(WINDOW_OPENS)
    response = press(client, coordinator, "window_edit", edition.pk, window.pk, **earlier)
    assert "two people" in str(response.context["form"].non_field_errors())
    window.refresh_from_db()
    assert window.closes_at == WINDOW_CLOSES
    clock(WINDOW_OPENS - SECOND)
    press(client, coordinator, "window_edit", edition.pk, window.pk, **earlier)
    window.refresh_from_db()
    assert window.closes_at == instant("2019-04-11T07:00")


def test_an_edition_is_started_from_an_earlier_one(client, clock, edition, coordinator):
    clock(WINDOW_OPENS)
    data = {**texts("title", "Segunda"), "slug": "2020", "first": "2020-03-19"}
    visit(client, coordinator, "program", edition.program_id)
    response = press(
        client, coordinator, "edition_copy", edition.program_id, source=edition.pk, **data
    )
    made = Edition.objects.get(slug="2020")
    assert response.url == page("edition", made.pk)
    assert made.windows.get().opens_at == instant("2020-03-19T12:00")
    again = press(
        client, coordinator, "edition_copy", edition.program_id, source=edition.pk, **data
    )
    assert "Another edition of this program has this short name." in again.content.decode()
    other = an_edition(a_program(slug="other"))
    data["slug"] = "2021"
    press(client, coordinator, "edition_copy", edition.program_id, source=other.pk, **data)
    assert not Edition.objects.filter(slug="2021").exists()


def test_saving_dates_warns_and_does_not_refuse(client, clock, edition, coordinator):
    clock(WINDOW_OPENS - SECOND)
    window = edition.windows.get()
    late = window_data(edition, closes_at="2019-04-16 12:00", closes_at_day="")
    response = press(client, coordinator, "window_edit", edition.pk, window.pk, **late)
    assert response.status_code == 302
    assert "Out of order" in said(response)
    assert "Fewer than three working days" in said(response)


def test_dates_in_holy_week_and_on_holidays_of_many_countries_are_named(
    client, clock, edition, coordinator
):
    clock(WINDOW_OPENS - SECOND)
    Program.objects.update(eligible_countries=["JM", "TT", "PE", "UY", "MX"])
    response = press(
        client,
        coordinator,
        "window_edit",
        edition.pk,
        edition.windows.get().pk,
        **window_data(edition),
    )
    assert "In Holy Week: decisions are released on 16 April." in said(response)
    assert "2 of 5 eligible countries (Jamaica, Trinidad and Tobago): “Phase one” opens" in said(
        response
    )
    assert "the window closes on" not in said(response)


def test_parts_of_a_draft_are_deleted_and_of_a_published_edition_not(client, coordinator, edition):
    phase = edition.phases.get(order=2)
    press(client, coordinator, "delete_of_draft", edition.pk, "phase", phase.pk)
    assert Phase.objects.filter(pk=phase.pk).exists()
    Edition.objects.update(status="draft")
    press(client, coordinator, "delete_of_draft", edition.pk, "phase", phase.pk)
    assert not Phase.objects.filter(pk=phase.pk).exists()
    assert client.get(page("delete_of_draft", edition.pk, "phase", 1)).status_code == 405


def test_acts_of_an_edition_are_offered_on_the_page_of_its_selection_alone(
    client, clock, edition, coordinator
):
    clock(WINDOW_OPENS)
    window = edition.windows.get()
    to_extend = page("ask", "extend", f"registrationwindow:{window.pk}")
    to_cancel = page("ask", "cancel", f"edition:{edition.pk}")
    calendar_page = visit(client, coordinator, "edition", edition.pk).content.decode()
    selection = visit(client, coordinator, "selection", edition.pk).content.decode()
    for url in (to_extend, to_cancel):
        assert url not in calendar_page
        assert url in selection
    assert page("selection", edition.pk) + "#state-section" in calendar_page
    assert page("edition", edition.pk) in selection


def test_window_that_has_not_opened_is_edited_and_not_extended(client, clock, edition, coordinator):
    clock(WINDOW_OPENS - SECOND)
    to_extend = page("ask", "extend", f"registrationwindow:{edition.windows.get().pk}")
    assert to_extend not in visit(client, coordinator, "selection", edition.pk).content.decode()


def test_services_refuse_whoever_holds_no_role(edition):
    stranger = a_staff_member(a_program())
    for act in (
        lambda: calendar.change_edition(edition, ["title"], by=stranger, at=WINDOW_OPENS),
        lambda: calendar.change_program(edition.program, ["title"], by=stranger, at=WINDOW_OPENS),
        lambda: calendar.create_edition(edition, by=stranger, at=WINDOW_OPENS),
        lambda: calendar.save_window(edition.windows.get(), [], by=stranger, at=WINDOW_OPENS),
    ):
        with pytest.raises(DomainError, match="coordinators"):
            act()


def test_pages_cost_the_same_for_few_and_for_many(client, edition, coordinator):
    enter(client, coordinator)
    urls = [page("programs"), page("program", edition.program.pk), page("edition", edition.pk)]
    for url in urls:
        client.get(url)
    before = [queries_of(client, url) for url in urls]
    for number in (3, 4):
        an_edition(edition.program)
        phase = Phase.objects.create(
            edition=edition,
            order=number,
            title={"es": "x"},
            opens_at=WINDOW_OPENS,
            closes_at=WINDOW_CLOSES,
        )
        RegistrationWindow.objects.create(
            edition=edition, phase=phase, opens_at=WINDOW_OPENS, closes_at=WINDOW_CLOSES
        )
    assert [queries_of(client, url) for url in urls] == before
