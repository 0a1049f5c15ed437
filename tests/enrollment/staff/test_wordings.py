"""The texts of a program's mails at the staff's desk: listed, written, previewed, taken back."""

import pytest

from enrollment.health import findings
from enrollment.models import StaffRole
from enrollment.services.wordings import change_mail, kinds_of_programs
from enrollment.staff import wordings
from lms import journal
from lms.mail.kinds import kinds
from lms.mail.models import OutgoingMessage, Wording
from lms.mail.rewording import digest, stored_words
from lms.mail.wordings import Words, shipped
from tests.builders import (
    a_person,
    a_program,
    a_submitted_application,
    an_edition,
)
from tests.enrollment.seats import a_decision, an_applicant
from tests.enrollment.staff.desk import AFTER_THE_CLOSE, a_member, address, at_the_desk
from tests.enrollment.staff.visits import queries_of
from tests.lms.builders import a_message

pytestmark = pytest.mark.django_db
OFFER = kinds()["enrollment/mail/decision_offer"]
OWN = Words("Su lugar: {deadline_day}", "{name}: hasta {deadline}.\n\n{link}")
THEIRS = Words("Otra", "Hola.\n{deadline}\n{link}")


@pytest.fixture
def edition(clock):
    clock(AFTER_THE_CLOSE)
    return an_edition(a_program(title={"es": "Jueces", "en": "Judges"}))


@pytest.fixture
def program(edition):
    return edition.program


@pytest.fixture(autouse=True)
def coordinator(client, program):
    return at_the_desk(client, program)


def where(program, name="decision_offer", app="enrollment"):
    return address("wording", program.pk, app, name)


def fields_of(page):
    """What a browser would send back."""
    form = page.context["form"]
    typed = {name: form[name].value() or "" for name in form.fields}
    seen = {f"seen_{code}": mark for code, mark in page.context["seen"]}
    return {**typed, **seen, "previewed": page.context["previewed"]}


def press(client, page, button="preview", **changes):
    given = {**fields_of(page), button: "1", **changes}
    return client.post(page.wsgi_request.path, given)


def typed(words=OWN, language="es"):
    return {f"subject_{language}": words.subject, f"text_{language}": words.text}


def own(program):
    return stored_words(OFFER, program.slug)


def text(page) -> str:
    return page.content.decode()


# -- the list -----------------------------------------------------------------------------


def test_the_list_says_which_languages_of_which_mails_were_reworded(client, program, coordinator):
    change_mail(
        program,
        OFFER,
        {"es": OWN},
        {"es": digest(shipped(OFFER, "es"))},
        by=coordinator,
        at=AFTER_THE_CLOSE,
    )
    page = client.get(address("wordings", program.pk))
    states = {
        url: marks for _group, shown in page.context["groups"] for _words, url, marks in shown
    }
    assert states.pop(where(program)) == [("Español", "own")]
    assert len(states) == len(kinds_of_programs()) - 1
    assert not any(states.values())
    assert "Outcome: selected, with the offer" in text(page) and "own text" in text(page)
    assert "Offers and the waitlist" in text(page) and "Certificates" in text(page)
    assert client.get(list(states)[-1]).status_code == 200


def test_the_list_costs_the_same_whatever_was_reworded(client, program):
    url = address("wordings", program.pk)
    client.get(url)
    before = queries_of(client, url)
    for kind in kinds_of_programs()[:10]:
        Wording.objects.create(
            scope=program.slug, template=kind.template, language="es", subject="x", text="x"
        )
    assert queries_of(client, url) == before


def test_the_menu_leads_to_one_s_program_or_to_a_choice(client, program, coordinator):
    menu = client.get("/admin/").content.decode()
    assert address("wordings_of_own") in menu
    assert client.get(address("wordings_of_own")).url == address("wordings", program.pk)
    other = a_program(title={"en": "Another"})
    coordinator.roles.create(program=other, role=StaffRole.COORDINATOR)
    page = text(client.get(address("wordings_of_own")))
    assert "Another" in page and "Judges" in page
    at_the_desk(client, program, StaffRole.SECOND_APPROVER)
    assert address("wordings_of_own") not in client.get("/admin/").content.decode()


# -- writing ------------------------------------------------------------------------------


def test_a_text_is_written_previewed_and_saved(client, program, coordinator):
    page = client.get(where(program))
    assert page.context["form"]["text_es"].value() == shipped(OFFER, "es").text
    preview = press(client, page, **typed())
    assert "Nothing is saved yet" in text(preview) and not own(program)
    answer = press(client, preview, "save")
    assert answer.url == where(program)
    assert own(program) == {"es": OWN}
    page = client.get(where(program))
    assert page.context["form"]["text_es"].value() == OWN.text
    assert "1 language changed" in text(page)
    [(language, code, done)] = page.context["history"]
    assert (code, done.who) == ("es", str(coordinator))
    assert OWN.text in done.after and shipped(OFFER, "es").text in done.before
    assert press(client, page).context["is_previewed"] is False
    assert journal.history(Wording.objects.get()).count() == 1


def test_what_was_not_previewed_is_not_saved(client, program):
    page = client.get(where(program))
    answer = press(client, page, "save", **typed())
    assert "not what was previewed" in text(answer) and not own(program)
    answer = press(client, answer, "save", **typed(THEIRS))
    assert not own(program)
    press(client, answer, "save")
    assert own(program) == {"es": THEIRS}


def test_the_languages_are_those_of_the_program(client, program, edition):
    edition.languages = ["es", "en"]
    edition.save()
    page = client.get(where(program))
    assert [code for code, *_more in page.context["languages"]] == ["es", "en"]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text_es": "{nombre}\n{deadline}\n{link}"}, "text_es", "{nombre}"),
        ({"text_es": "{link}"}, "text_es", "need this too: {deadline}"),
        ({"text_es": "{deadline}\nSee {link}"}, "text_es", "stands alone"),
        ({"text_es": "{deadline} \u200b{link}"}, "text_es", "stands alone"),
        ({"text_es": "\u200b"}, "text_es", "text too"),
        ({"text_es": "x" * 30_000 + "{link}{deadline}"}, "text_es", "30016 characters"),
        ({"text_en": ""}, "text_en", "text too"),
        ({"subject_es": "  "}, "subject_es", "subject too"),
        ({"subject_es": "a\nb"}, "subject_es", "line breaks"),
        ({"subject_es": "x" * 151}, "subject_es", "151 characters"),
        ({"text_pt-br": "x" * 10_001}, "text_pt-br", "10001 characters"),
        ({"text_es": "a\x00b"}, "text_es", "Null"),
        ({"reader": "nobody@correo.example"}, "reader", "Nobody of this program"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_all_is_kept(client, program, changes, field, said):
    page = client.get(where(program))
    others = typed(Words("Mine", "Mine {deadline}\n{link}"), "en") | changes
    for button in ("preview", "save"):
        answer = press(client, page, button, **others)
        errors = answer.context["form"].errors
        assert list(errors) == [field] and any(said in error for error in errors[field]), errors
        assert said in answer.context["form"][field].errors.as_text()
        assert not answer.context["is_previewed"]
        wrong = field.partition("_")[2]
        shown = set() if field == "reader" else {"es", "pt-br", "en"} - {wrong}
        assert answer.context["previews"].keys() == shown
        for name, value in others.items():
            assert answer.context["form"][name].value() == value
    assert not Wording.objects.exists()


def test_too_long_a_text_is_shown_again_whole(client, program):
    long = "x" * 30_000
    answer = press(client, client.get(where(program)), text_es=long)
    assert long in text(answer)


def test_what_is_typed_is_never_markup(client, program):
    evil = Words("<script>x</script>", "<b>{name}</b>\n{deadline}\n{link}")
    answer = press(client, client.get(where(program)), **typed(evil))
    assert answer.context["is_previewed"]
    assert "<script>x" not in text(answer) and "<b>" not in text(answer)


# -- the preview --------------------------------------------------------------------------


def test_the_preview_is_of_a_real_person_who_is_named(client, program, edition):
    page = client.get(where(program))
    assert "the data shown are made up" in text(page)
    assert "Rosa Medina Quispe" in page.context["previews"]["es"].text
    a_submitted_application(edition, an_applicant(), given_names="Alba")
    chosen = a_decision(edition, person=an_applicant(), given_names="Zoe").application
    a_submitted_application(edition, an_applicant(), given_names="Eva")
    page = client.get(where(program))
    assert page.context["whose"] == f"Zoe Medina Quispe <{chosen.person.email}>"
    assert f"&lt;{chosen.person.email}&gt;" in text(page)
    spanish, english = (page.context["previews"][code] for code in ("es", "en"))
    assert "Zoe Medina" in spanish.text and chosen.code in spanish.text
    assert "en Lima" in spanish.text and "in Lima" in english.text
    [example] = [one[-1] for one in page.context["placeholders"] if one[0] == "{code}"]
    assert example == chosen.code
    assert not OutgoingMessage.objects.exists()


def test_another_person_is_chosen_by_address_or_code(client, program, edition):
    one = a_submitted_application(edition, an_applicant(), given_names="Alba")
    a_submitted_application(edition, an_applicant(), given_names="Eva")
    for who in (one.person.email, one.code.lower()):
        page = press(client, client.get(where(program)), reader=who, **typed())
        assert page.context["previews"]["es"].text.startswith("Alba Medina")
    theirs = a_submitted_application(an_edition(), an_applicant(), given_names="Zafira")
    page = press(client, client.get(where(program)), reader=theirs.code)
    assert "Zafira" not in text(page) and "Nobody of this program" in text(page)


def test_a_preview_writes_nothing(client, program, edition):
    a_submitted_application(edition, an_applicant())
    for kind in kinds_of_programs():
        app, _mail, name = kind.template.split("/")
        page = client.get(where(program, name, app))
        assert page.status_code == 200 and all(
            one.text for one in page.context["previews"].values()
        ), name
    assert not edition.decisions.exists() and not edition.offers.exists()
    assert not OutgoingMessage.objects.exists()


# -- two at once, and back again ----------------------------------------------------------


def save_as_other(program, words=THEIRS, language="es"):
    other = a_member(program, first_name="Otra", last_name="Mano")
    shown = stored_words(OFFER, program.slug).get(language) or shipped(OFFER, language)
    change_mail(
        program, OFFER, {language: words}, {language: digest(shown)}, by=other, at=AFTER_THE_CLOSE
    )


@pytest.mark.parametrize("when", ["before the preview", "after it"])
def test_of_two_who_write_at_once_the_second_is_shown_both(client, program, when):
    page = client.get(where(program))
    if when == "before the preview":
        save_as_other(program)
        answer = press(client, page, **typed())
    else:
        preview = press(client, page, **typed())
        save_as_other(program)
        answer = press(client, preview, "save")
    assert own(program) == {"es": THEIRS}
    assert "both texts are below" in text(answer)
    [conflict] = answer.context["conflicts"]
    assert conflict.words == THEIRS and "Otra Mano" in text(answer)
    assert answer.context["form"]["text_es"].value() == OWN.text
    press(client, answer, "save")
    assert own(program) == {"es": OWN}
    assert journal.history(Wording.objects.get()).count() == 2


def test_who_is_faster_between_the_look_and_the_lock_is_not_overwritten(
    client, program, monkeypatch
):
    preview = press(client, client.get(where(program)), **typed())
    real = wordings.change_mail

    def just_then(*args, **kwargs):
        save_as_other(program)
        return real(*args, **kwargs)

    monkeypatch.setattr(wordings, "change_mail", just_then)
    answer = press(client, preview, "save")
    assert answer.status_code == 200 and own(program) == {"es": THEIRS}
    assert [one.words for one in answer.context["conflicts"]] == [THEIRS]
    monkeypatch.undo()
    press(client, answer, "save")
    assert own(program) == {"es": OWN}


def test_what_the_lock_refuses_is_said_and_what_was_typed_stays(client, program, monkeypatch):
    preview = press(client, client.get(where(program)), **typed())
    real = wordings.change_mail

    def just_then(program, *args, by, **kwargs):
        return real(program, *args, by=a_person(), **kwargs)

    monkeypatch.setattr(wordings, "change_mail", just_then)
    answer = press(client, preview, "save")
    assert answer.status_code == 200 and not Wording.objects.exists()
    assert "Only coordinators" in str(answer.context["form"].non_field_errors())
    assert answer.context["form"]["text_es"].value() == OWN.text


def test_a_text_that_can_no_longer_be_filled_in_bars_no_other_language(client, program):
    stored = {"scope": program.slug, "template": OFFER.template}
    Wording.objects.create(language="en", subject="Old", text="{gone}", **stored)
    answer = press(client, press(client, client.get(where(program)), **typed()), "save")
    assert answer.status_code == 302
    assert own(program) == {"es": OWN, "en": Words("Old", "{gone}")}


def test_two_who_write_two_languages_both_keep_theirs(client, program):
    preview = press(client, client.get(where(program)), **typed())
    save_as_other(program, language="en")
    assert press(client, preview, "save").status_code == 302
    assert own(program) == {"es": OWN, "en": THEIRS}


def give_back(client, program, seen, language="es"):
    url = address("wording_return", program.pk, "enrollment", "decision_offer", language)
    return client.post(url, {"seen": seen}, follow=True)


def test_one_button_returns_to_the_site_s_text(client, program):
    save_as_other(program)
    page = client.get(where(program))
    [mark] = [mark for code, _name, state, mark in page.context["states"] if state]
    answer = give_back(client, program, mark)
    assert "the site’s own text is sent again" in text(answer) and not own(program)
    assert answer.context["form"]["text_es"].value() == shipped(OFFER, "es").text
    assert len(answer.context["history"]) == 2


def test_what_somebody_wrote_meanwhile_is_not_taken_back(client, program):
    save_as_other(program)
    old = digest(THEIRS)
    save_as_other(program, OWN)
    answer = give_back(client, program, old)
    assert "changed in the meantime" in text(answer)
    assert own(program) == {"es": OWN}
    assert give_back(client, program, digest(OWN), "fr").status_code == 404


def test_a_text_that_can_no_longer_be_filled_in_is_told_of(client, program):
    Wording.objects.create(
        scope=program.slug,
        template=OFFER.template,
        language="es",
        subject="x",
        text="{gone}\n{deadline}\n{link}",
    )
    listed = client.get(address("wordings", program.pk))
    assert "can no longer be filled in" in text(listed)
    said = "Judges: own texts of mails can no longer be filled in"
    assert said in client.get("/admin/").content.decode()
    [finding] = [one for one in findings(AFTER_THE_CLOSE) if one.name == "texts of mails"]
    assert finding.level == "warning" and ": 1." in finding.text
    page = client.get(where(program))
    assert "can no longer be filled in" in text(page) and "{gone}" in text(page)
    assert "{gone}" not in page.context["previews"]["es"].text
    assert press(client, page, **typed(OWN, "en")).context["is_previewed"]
    mended = press(client, page, **typed())
    press(client, mended, "save")
    assert own(program) == {"es": OWN}
    assert said not in client.get("/admin/").content.decode()
    assert not [one for one in findings(AFTER_THE_CLOSE) if one.name == "texts of mails"]


def test_the_home_tells_nobody_of_another_program_s_texts(client, program):
    row = {"template": OFFER.template, "language": "es", "subject": "x", "text": "{gone}"}
    Wording.objects.create(scope=program.slug, **row)
    at_the_desk(client, a_program())
    assert "Judges" not in client.get("/admin/").content.decode()


# -- who ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in StaffRole.values if role != "coordinator"])
def test_nobody_but_coordinators_of_the_program_finds_them(client, program, role):
    save_as_other(program)
    for user in (a_member(program, role), a_member(a_program())):
        client.force_login(user)
        assert client.get(address("wordings", program.pk)).status_code == 404
        assert client.get(where(program)).status_code == 404
        assert client.post(where(program), typed()).status_code == 404
        assert give_back(client, program, digest(THEIRS)).status_code == 404
    assert own(program) == {"es": THEIRS}


@pytest.mark.parametrize("name", ["role_given", "group_letter", "rehearsal", "nothing"])
def test_mails_that_are_the_site_s_are_not_found(client, program, name):
    assert client.get(where(program, name)).status_code == 404
    assert client.get(where(program, "code_enter", "accounts")).status_code == 404


def test_a_message_leads_to_its_text(client, program):
    mail = a_message(scope=program.slug, template=OFFER.template)
    site = a_message(scope=program.slug, template="enrollment/mail/role_given")
    assert where(program) in text(client.get(address("message", mail.pk)))
    assert "/mails/" not in text(client.get(address("message", site.pk))).partition("<main")[2]
    at_the_desk(client, program, StaffRole.SECOND_APPROVER)
    assert where(program) not in text(client.get(address("message", mail.pk)))
