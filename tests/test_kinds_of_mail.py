"""The guard of the mails that a program may reword: each of them, as it is really written, has a
value for all that its text may leave open; the text staff begin with says what the site's own
does; and it is found good. A new kind is walked by itself; say here how it comes to be written."""

from dataclasses import replace

import pytest

from certificates import emails as certificate_emails
from certificates.models import Certificate
from certificates.services import issue_due, revoke
from content import discussion_emails
from content.models import Post
from enrollment import emails
from enrollment.models import (
    ExtensionCode,
    InformationRequest,
    Outcome,
    Reconsideration,
    RegistrationWindow,
    StaffRole,
    WindowKind,
)
from enrollment.services.wordings import kinds_of_programs
from lms.mail.compose import as_reader, rendered
from lms.mail.kinds import Sort, kinds
from lms.mail.models import OutgoingMessage, Wording
from lms.mail.wordings import faults_in, in_words, shipped
from tests.builders import a_program, a_staff_member, instant
from tests.certificates.builders import a_completed_enrollment, a_design
from tests.content.discussing import a_discussion, room_of, someone_in, writes
from tests.enrollment.seats import a_decision, a_released_edition, an_applicant, an_offer

pytestmark = pytest.mark.django_db
LANGUAGES = ["es", "pt-br", "en"]
REWORDED = [kind.template for kind in kinds_of_programs()]
DATES = ("release_planned_at", "last_entry_at", "selection_locks_at", "certificates_planned_at")
WHILE_OPEN = instant("2019-04-01T12:00")
AT = instant("2019-07-01T12:00")


class Program:
    """One person of each kind; `**edition` as `a_released_edition` takes it."""

    def __init__(self, **edition):
        program = a_program(contact_email="oficina@judges.example")
        self.edition = a_released_edition(program=program, **edition)
        self.program, self.slug = program, program.slug
        self.offer = an_offer(self.edition, person=an_applicant())
        self.application = self.offer.application
        self.selected = self.application.decisions.get()
        self.waiting = a_decision(self.edition, Outcome.WAITLISTED, rank=7, person=an_applicant())
        self.refused = a_decision(self.edition, Outcome.NOT_SELECTED, person=an_applicant())
        self.place = a_completed_enrollment(self.edition, person=an_applicant())
        self.phase = self.edition.phases.first()
        self.window = self.application.window
        self.post = self.a_post()
        two = self.edition.phases.last()
        dates = {"opens_at": two.opens_at, "closes_at": two.closes_at}
        self.sign_up = RegistrationWindow.objects.create(
            edition=self.edition, phase=two, kind=WindowKind.SIGN_UP, **dates
        )
        self.code = ExtensionCode.objects.create(
            window=self.window, code=program.slug[-8:], reason="x", expires_at=AT, at=AT
        )
        self.request = InformationRequest.objects.create(
            application=self.application, text="¿Desde cuándo?\n\n¿Y dónde?", at=AT
        )
        self.second_look = Reconsideration.objects.create(
            application=self.refused.application, text="x", answer="No.", asked_at=AT, granted=False
        )
        a_design(program)
        issue_due(self.edition, program.designs.get(), by=None, at=AT)
        self.certificate = Certificate.objects.get(edition=self.edition)

    def a_post(self):
        discussion = a_discussion(self.edition)
        post = writes(author := someone_in(discussion, person=an_applicant()), discussion)
        room = room_of(author, discussion)
        room.facilitator = a_staff_member(self.program, StaffRole.FACILITATOR)
        room.save()
        post.room = room
        return post

    def withdrawn(self):
        self.application.status = "withdrawn"
        return self.application

    def left(self):
        self.place.withdrawn_at = instant("2019-05-01T12:00")
        return self.place

    def revoked(self):
        return revoke(self.certificate, by=None, reason="Un error.\nNuestro.", at=AT)

    def deferred(self):
        self.place.status = "deferred"
        return self.place


def outcome(name, decision):
    return lambda p: emails.outcomes(p.edition, {getattr(p, decision): name}, AT)


def offers(act):
    return lambda p: act([p.offer], p.edition, AT)


def places(act):
    return lambda p: act(p.place, p.edition, AT)


WRITTEN = {
    "draft_reminder": lambda p: emails.draft_reminder([p.application], p.window, AT, AT),
    "application_received": lambda p: emails.application_received(p.application, AT),
    "application_withdrawn": lambda p: emails.application_withdrawn(p.withdrawn(), WHILE_OPEN),
    "information_requested": lambda p: emails.information_requested(p.request, AT),
    "extension_code": lambda p: emails.extension_code(p.code, "x@correo.example", None, AT),
    "window_extended": lambda p: emails.window_extended([p.application], p.window, AT),
    "window_resumed": lambda p: emails.window_resumed(
        [p.application], "window_resumed", p.code, p.window, AT
    ),
    "sign_up_resumed": lambda p: emails.window_resumed(
        [p.place], "sign_up_resumed", p.code, p.sign_up, AT
    ),
    "decision_offer": outcome("decision_offer", "selected"),
    "decision_waitlist": outcome("decision_waitlist", "waiting"),
    "decision_not_selected": outcome("decision_not_selected", "refused"),
    "decision_ineligible": outcome("decision_ineligible", "refused"),
    "decision_corrected": outcome("decision_corrected", "selected"),
    "reconsideration_answered": lambda p: emails.reconsideration_answered(p.second_look, AT),
    "offer_reminder": offers(emails.offer_reminder),
    "offer_expired": offers(emails.offer_expired),
    "waitlist_called": offers(emails.waitlist_called),
    "first_to_confirm": offers(emails.first_to_confirm),
    "seat_taken": offers(emails.seat_taken),
    "offer_declined": lambda p: emails.offer_declined(p.offer, p.edition, AT),
    "offer_reinstated": lambda p: emails.offer_reinstated(p.offer, p.edition, AT),
    "offer_accepted": places(emails.offer_accepted),
    "waitlisted": lambda p: emails.waitlisted(p.waiting, p.edition, AT),
    "waitlist_closed": lambda p: emails.waitlist_closed([p.waiting], p.edition, AT),
    "phase_opened": lambda p: emails.phase_opened([p.place], p.phase, p.edition, AT),
    "phase_extended": lambda p: emails.phase_extended(p.place, p.phase, AT, AT),
    "phase_completed": lambda p: emails.phase_completed(p.place, p.phase, AT),
    "signed_up": lambda p: emails.signed_up(p.place, p.phase, AT),
    "name_to_confirm": lambda p: emails.name_to_confirm([p.place], p.edition, AT),
    "enrollment_withdrawn": lambda p: emails.enrollment_withdrawn(p.left(), p.edition, AT),
    "enrollment_ended": places(emails.enrollment_ended),
    "enrollment_deferred": lambda p: emails.enrollment_ended(p.deferred(), p.edition, AT),
    "enrollment_restored": places(emails.enrollment_restored),
    "certificate_issued": lambda p: certificate_emails.certificates_issued(
        [p.certificate], edition=p.edition, at=AT
    ),
    "certificate_reissued": lambda p: certificate_emails.certificate_reissued(p.certificate, at=AT),
    "certificate_revoked": lambda p: certificate_emails.certificate_revoked(p.revoked(), at=AT),
    "discussion_answered": lambda p: discussion_emails.answered(
        Post(room=p.post.room, author=p.selected.application.person), p.post, AT
    ),
    "post_hidden": lambda p: discussion_emails.post_hidden(p.post, AT),
    "posts_to_moderate": lambda p: discussion_emails.to_moderate(p.post, AT),
}


def write(template, program):
    OutgoingMessage.objects.all().delete()
    WRITTEN[template.rpartition("/")[2]](program)
    return OutgoingMessage.objects.get(template=template)


@pytest.mark.parametrize("template", REWORDED)
def test_each_placeholder_has_a_value_in_the_mail_as_it_is_written(template):
    kind, program = kinds()[template], Program()
    for language in LANGUAGES:
        text = "".join(f"<{one.name}>\n{{{one.name}}}\n" for one in kind.placeholders)
        Wording.objects.create(
            scope=program.slug, template=template, language=language, subject="x", text=text
        )
    mail = write(template, program)
    parts = mail.text.replace("<", "\n<").strip()
    assert mail.subject == "x"
    for one in kind.placeholders:
        value = parts.partition(f"<{one.name}>\n")[2].partition("\n<")[0].strip()
        assert value and "{" not in value, one.name
        if one.sort == Sort.LINK:
            assert value.startswith("http://localhost:8000/"), one.name


@pytest.mark.parametrize("is_bare", [False, True], ids=["with all dates", "with no optional date"])
@pytest.mark.parametrize("template", REWORDED)
def test_the_text_staff_begin_with_says_what_the_site_s_own_does(template, is_bare):
    program = Program(**(dict.fromkeys(DATES) if is_bare else {}))
    office = "" if is_bare else "oficina@judges.example"
    kind = kinds()[template]
    letter = kind.found(program.slug, "")
    for language in LANGUAGES:
        letter = replace(letter, language=language)
        with as_reader(letter):
            words = in_words(shipped(kind, language, reply_to=office), kind.values(letter.context))
        subject, text = rendered(template, letter, reply_to=office)
        assert (words.subject, words.text.strip()) == (subject, text.strip())


@pytest.mark.parametrize("template", REWORDED)
def test_the_text_staff_begin_with_is_good(template):
    kind = kinds()[template]
    for language in LANGUAGES:
        for office in ("", "oficina@judges.example"):
            assert faults_in(kind, shipped(kind, language, reply_to=office)) == {}


@pytest.mark.parametrize("template", REWORDED)
def test_each_kind_is_complete(template):
    kind = kinds()[template]
    names = [one.name for one in kind.placeholders]
    assert len(names) == len(set(names)) and set(kind.needed) <= set(names)
    assert all(str(one.about) and one.shown() for one in kind.placeholders)
    assert kind.group and any(one.sort == Sort.LINK for one in kind.placeholders)


@pytest.mark.parametrize("template", REWORDED)
def test_a_letter_is_found_by_address_and_by_code_and_of_no_other_program(template):
    program, other = Program(), Program()
    kind = kinds()[template]
    newest = kind.found(program.slug, "")
    assert kind.found(program.slug, newest.person.email).person == newest.person
    assert kind.found(program.slug, kind.found(other.slug, "").person.email) is None
    assert newest.context["edition"] == program.edition
    row = newest.context.get("application") or newest.context.get("enrollment")
    if code := getattr(getattr(row, "application", row), "code", ""):
        assert kind.found(program.slug, code.lower()).person == newest.person


def test_mails_that_let_somebody_in_are_nobody_s_to_reword():
    site = {"group_letter", "rehearsal", "role_given"}
    assert {one.rpartition("/")[2] for one in kinds().keys() - set(REWORDED)} == site
    assert not any(template.startswith("accounts/") for template in kinds())
