"""A name on the list of alumni is found when an application is sent, and again when the list, or
another applicant, changes what it proves."""

import pytest

from enrollment.models import Alumnus, AlumnusKey
from enrollment.services.alumni import receive_file
from enrollment.services.applications import withdraw_application
from enrollment.services.eligibility import assess, settle_match
from lms.accounts.changes import add_backup
from tests.builders import (
    a_person,
    a_program,
    a_staff_member,
    a_submitted_application,
    an_edition,
    instant,
)
from tests.enrollment.applying import address
from tests.enrollment.staff.visits import page, visit
from tests.entrance import last_code, path_to

pytestmark = pytest.mark.django_db
AT = instant("2019-04-01T12:00")


@pytest.fixture
def edition():
    return an_edition(a_program(needs_alumni=True))


@pytest.fixture
def coordinator(edition):
    return a_staff_member(edition.program)


def import_list(edition, coordinator, *rows, name="lista.csv"):
    lines = "\n".join(["nombre;correo;país;edición;estado", *rows])
    return receive_file(edition.program, name, lines.encode(), by=coordinator, at=AT)


def match_of(application) -> str:
    assess(application, at=AT)
    application.refresh_from_db()
    return application.alumni_match


def test_a_whole_name_in_its_country_is_found_on_the_list(edition, coordinator):
    import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    rosa = a_submitted_application(edition)
    assert match_of(rosa) == "auto"
    assert rosa.alumnus == Alumnus.objects.get() and rosa.eligibility == "eligible"


def test_a_list_that_comes_later_is_matched_with_who_applied_before(edition, coordinator):
    rosa = a_submitted_application(edition)
    assert match_of(rosa) == "none"
    import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    rosa.refresh_from_db()
    assert rosa.alumni_match == "auto"
    import_list(edition, coordinator, "Rosa Medina Quispe;;PERU;2014;sí", name="otra.csv")
    rosa.refresh_from_db()
    assert rosa.alumni_match == "review"


def test_a_second_applicant_of_the_name_sends_both_to_people_until_one_withdraws(
    edition, coordinator
):
    import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    first, second = (a_submitted_application(edition) for _one in range(2))
    assert match_of(first) == "auto"
    assert match_of(second) == "review"
    first.refresh_from_db()
    assert first.alumni_match == "review"
    withdraw_application(second, by=second.person, at=AT)
    first.refresh_from_db()
    assert first.alumni_match == "auto"


def test_only_enrolled_needs_proof_when_it_is_surely_her_and_not_when_it_is_only_alike(
    edition, coordinator
):
    import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;no")
    rosa = a_submitted_application(edition)
    assert (match_of(rosa), rosa.eligibility) == ("review", "needs_proof")
    elena = a_submitted_application(edition, given_names="Rosa Elena")
    assert (match_of(elena), elena.eligibility) == ("review", "eligible")


@pytest.mark.parametrize(
    "row", ["", "Otra Persona Distinta;;Perú;2017;sí", "Rosa Medina;;Perú;;sí"]
)
def test_no_match_and_a_doubtful_one_refuse_nobody(edition, coordinator, row):
    import_list(edition, coordinator, "Alguien Más Lejos;a@b.example;Perú;2017;sí", row)
    rosa = a_submitted_application(edition)
    assert match_of(rosa) in ("none", "review")
    assert rosa.eligibility == "eligible"


def test_who_was_looked_for_and_is_on_no_row_is_refused_by_nobody(edition, coordinator):
    import_list(edition, coordinator, "Rosa Medina;;Perú;2017;sí")
    rosa = a_submitted_application(edition)
    assert match_of(rosa) == "review"
    settle_match(rosa, "not_listed", by=coordinator, at=AT, reason="Another person.")
    rosa.refresh_from_db()
    assert (rosa.alumni_match, rosa.eligibility) == ("not_listed", "eligible")
    import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;sí", name="otra.csv")
    rosa.refresh_from_db()
    assert rosa.alumni_match == "not_listed"


def test_a_program_s_list_names_nobody_of_another(edition, coordinator):
    other = an_edition(a_program(needs_alumni=True))
    import_list(other, a_staff_member(other.program), "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    assert match_of(a_submitted_application(edition)) == "none"


def test_keys_go_with_their_rows(edition, coordinator):
    source = import_list(edition, coordinator, "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    assert AlumnusKey.objects.count() == 3
    source.delete()
    assert not AlumnusKey.objects.exists()


def test_one_application_is_looked_up_in_few_queries_however_long_the_list(
    edition, coordinator, django_assert_max_num_queries
):
    rows = [f"Rosa Medina Apellido{n};;Perú;2017;sí" for n in range(300)]
    import_list(edition, coordinator, *rows, "MEDINA QUISPE, ROSA;;PERU;2017;sí")
    rosa = a_submitted_application(edition)
    with django_assert_max_num_queries(14):
        assess(rosa, at=AT)
    rosa.refresh_from_db()
    assert rosa.alumni_match == "auto"


def test_an_address_proved_by_a_code_is_looked_for_at_once(edition, coordinator, client, clock):
    clock(AT)
    import_list(edition, coordinator, "Rosa M.;rosa.2017@pj.example;Perú;2017;sí")
    rosa = a_submitted_application(edition, a_person(language="en"))
    assert match_of(rosa) == "none"
    client.force_login(rosa.person)
    shown = client.get(address("application_status", edition, "en")).text
    assert path_to("accounts:add_backup", "en") in shown and "excludes nobody" in shown
    add_backup(rosa.person, "Rosa.2017@pj.example", at=AT)
    rosa.refresh_from_db()
    assert rosa.alumni_match == "auto"
    shown = client.get(address("application_status", edition, "en")).text
    assert "excludes nobody" not in shown
    assert "We found you among those who took the earlier course" in shown


def test_an_address_that_was_proved_and_is_on_no_list_is_named_so(
    edition, coordinator, client, clock
):
    clock(AT)
    edition.program.prerequisite = {"en": "The basic modules."}
    edition.program.save()
    import_list(edition, coordinator, "Eva M.;eva.2017@pj.example;Perú;2017;sí")
    rosa = a_submitted_application(edition, a_person(language="en"))
    client.force_login(rosa.person)
    status = address("application_status", edition, "en")
    assert "You proved the address" not in client.get(status).text
    add_backup(rosa.person, "rosa.2017@pj.example", at=AT)
    shown = client.get(status).text
    assert "You proved the address <strong>rosa.2017@pj.example</strong>" in shown
    assert "What is asked for: The basic modules." in shown
    assert "We found you" not in shown


def test_an_address_is_looked_for_for_her_alone_and_the_coordinator_sees_what_was_found(
    edition, coordinator, client, clock
):
    clock(AT)
    import_list(edition, coordinator, "Rosa M.;rosa.2017@pj.example;Perú;2017;sí")
    rosa, other = (
        a_submitted_application(edition, given_names=name, family_names="Medina", code=code)
        for name, code in (("Rosa", "ROSA2345"), ("Eva", "EVAEVA22"))
    )
    for one in (rosa, other):
        assess(one, at=AT)
    type(other).objects.filter(pk=other.pk).update(alumni_match="review")  # as if computed so
    add_backup(rosa.person, "rosa.2017@pj.example", at=AT)
    for one, found in ((rosa, "auto"), (other, "review")):
        one.refresh_from_db()
        assert (one.alumni_match, one.eligibility) == (found, "eligible")
    shown = visit(client, coordinator, "application", rosa.pk).text
    assert "Rosa M." in shown and "rosa.2017@pj.example" in shown
    listed = client.get(page("applications"), {"edition": edition.pk, "alumni_match": "auto"}).text
    assert "ROSA2345" in listed and "EVAEVA22" not in listed


def test_the_page_of_a_backup_address_says_that_it_may_prove_the_course(
    edition, coordinator, client, clock
):
    clock(AT)
    import_list(edition, coordinator, "Rosa M.;rosa.2017@pj.example;Perú;2017;sí")
    rosa = a_submitted_application(edition, a_person(language="en"), alumni_match="none")
    client.force_login(rosa.person)
    url = path_to("accounts:add_backup", "en")
    shown = client.get(url).text
    assert "If you took the earlier course with this address" in shown
    assert address("application_status", edition, "en") in shown
    client.post(url, {"email": "rosa.2017@pj.example"})
    code = {"code": last_code("rosa.2017@pj.example")}
    answer = client.post(path_to("accounts:prove", "en"), code)
    assert answer.url == address("application_status", edition, "en")
    assert "earlier course" not in client.get(url).text


@pytest.mark.parametrize("match", ["confirmed", "rejected", "proof_accepted"])
def test_what_is_settled_is_not_asked_for(edition, client, clock, match):
    clock(AT)
    rosa = a_submitted_application(edition, a_person(language="en"), alumni_match=match)
    client.force_login(rosa.person)
    shown = client.get(address("application_status", edition, "en")).text
    assert "excludes nobody" not in shown
    assert "We found you" not in shown


def test_after_the_lock_an_address_changes_nothing(edition, coordinator, client, clock):
    clock(AT)
    import_list(edition, coordinator, "Rosa M.;rosa.2017@pj.example;Perú;2017;sí")
    rosa = a_submitted_application(edition, a_person(language="en"))
    type(edition).objects.filter(pk=edition.pk).update(decisions_locked_at=AT)
    add_backup(rosa.person, "rosa.2017@pj.example", at=AT)
    rosa.refresh_from_db()
    assert rosa.alumni_match == "none"
    client.force_login(rosa.person)
    shown = client.get(address("application_status", edition, "en")).text
    assert "excludes nobody" not in shown
