"""The guard of the staff's pages: every address of the admin is walked, as the resolver knows it,
by somebody who holds all roles of another program. None names anybody of this one, and none that
names a row of this program is found. A new page is walked by itself; where it names a row, say
here which one (`Rows.key_of`), and where it lists nobody, say so (`NAMES_NOBODY`)."""

import re

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern
from wagtail_localize.models import TranslationSource

from certificates.models import Certificate
from certificates.services import issue_due
from content.models import EditionPage
from content.services.posts import report_post
from enrollment.models import (
    Criterion,
    Draw,
    Extension,
    ExtensionCode,
    JointAct,
    Outcome,
    ReadingPlan,
    Reconsideration,
    Review,
    StaffRole,
)
from enrollment.services import joint
from enrollment.services.alumni import receive_file
from enrollment.services.filters import keep_filter
from enrollment.services.staff import grant_role
from lms.accounts import privacy, rescue
from lms.accounts.models import FactorRescue
from tests.builders import a_person, a_program, an_edition, instant
from tests.certificates.builders import a_completed_enrollment, a_design
from tests.content.builders import a_module_with_lessons, a_question
from tests.content.discussing import MONDAY, a_discussion, room_of, someone_in, writes
from tests.enrollment.seats import a_decision, a_released_edition, an_offer
from tests.enrollment.sending import an_uploaded_answer
from tests.lms.builders import a_mailing, a_message

pytestmark = [pytest.mark.django_db, pytest.mark.once]

OURS = ("enrollment.", "content.", "certificates.", "lms.")
NAME = "Zafira Quillahuamán"
ADDRESS = "quillahuaman@corte.example"
MARKS = (NAME, "Quillahuam", ADDRESS, "quillahuaman")
NAMED = {"first_name": "Zafira", "last_name": "Quillahuamán"}
NAMES = {"given_names": "Zafira", "family_names": "Quillahuamán", "certificate_name": NAME}
LIST = f"nombre;correo\n{NAME};{ADDRESS}\n".encode()
ENDS = {"admin/logout/", "admin/failwhale/"}  # sign out; an error on purpose
NAMES_NOBODY = {
    "admin/enrollment/selection/": "figures of editions",
    "admin/enrollment/selection/results/": "figures of editions",
    "admin/enrollment/totals/": "totals of editions",
    "admin/enrollment/programs/": "programs and editions",
    "admin/enrollment/mails/": "programs",
    "admin/enrollment/programs/add/": "for administrators",
    "admin/enrollment/people/factors/": "for administrators",
    "admin/enrollment/applications/filter/": "a form",
    "admin/enrollment/places/filter/": "a form",
    "admin/enrollment/applications/act/": "only what was chosen",
    "admin/enrollment/reading/": "applications by their code",
    "admin/enrollment/mailings/": "kinds of letters of editions",
    "admin/enrollment/applications/write/": "only whom was chosen",
    "admin/enrollment/places/write/": "only whom was chosen",
    "admin/discussions/all/": "discussions and their experts",
    "admin/discussions/all/results/": "discussions and their experts",
    "admin/content/modules/": "modules",
    "admin/certificates/issue/": "editions",
    "admin/certificates/issue/results/": "editions",
    "admin/certificates/designs/": "texts of certificates",
}


def walk(resolver=None, above=""):
    """(address, view) of everything in the admin."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = above + str(entry.pattern)
        if not isinstance(entry, URLPattern):
            yield from walk(entry, route)
        elif route.startswith("admin/") and route not in ENDS:
            yield route, getattr(entry.callback, "view_class", entry.callback)


ADDRESSES = list(walk())
STAFF = [route for route, view in ADDRESSES if view.__module__.startswith(OURS)]
LISTS = [route for route in STAFF if "<" not in route]
ROWS = [route for route in STAFF if "<" in route]
WAGTAILS = [route for route, _view in ADDRESSES if not re.search(r"[<(^]", route)]


class Rows:
    """A program with a row of each kind; every person in it bears one name."""

    def __init__(self):
        self.edition = a_released_edition()
        self.program = self.edition.program
        self._people()
        self._reading()
        self._files_and_codes()
        self._outcomes()
        self._mail_and_alumni()
        self._teaching()
        self._accounts()
        self._desk()

    def _people(self):
        self.person = a_person(ADDRESS, **NAMED)
        self.staff = with_all_roles(self.program)
        self.colleague = with_all_roles(self.program, f"otra.{ADDRESS}", **NAMED)
        self.place = a_completed_enrollment(
            self.edition, person=self.person, certificate_name=NAME, peer_name=NAME
        )
        self.application = self.place.application
        type(self.application).objects.filter(pk=self.application.pk).update(**NAMES)

    def _reading(self):
        plan = ReadingPlan.objects.create(edition=self.edition)
        Criterion.objects.create(plan=plan, title={"en": NAME})
        self.review = Review.objects.create(
            application=self.application, reader=self.colleague, assigned_at=MONDAY, remark=NAME
        )
        self.reconsideration = Reconsideration.objects.create(
            application=self.application, text=NAME, asked_at=MONDAY
        )

    def _files_and_codes(self):
        self.extension_code = ExtensionCode.objects.create(
            window=self.edition.windows.first(), code="X", reason=NAME, expires_at=MONDAY, at=MONDAY
        )
        self.uploaded = an_uploaded_answer(self.application, MONDAY)
        Extension.objects.create(code=self.extension_code, person=self.person, at=MONDAY)

    def _outcomes(self):
        self.design = a_design(self.program)
        issue_due(self.edition, self.design, by=None, at=instant("2019-07-01T12:00"))
        self.certificate = Certificate.objects.get()
        self.offer = an_offer(self.edition, **NAMES)
        a_decision(self.edition, Outcome.WAITLISTED, rank=1, **NAMES)

    def _mail_and_alumni(self):
        self.mailing = a_mailing(scope=self.program.slug)
        self.message = a_message(
            self.person, scope=self.program.slug, subject=NAME, mailing=self.mailing
        )
        self.alumni = receive_file(self.program, "l.csv", LIST, by=self.colleague, at=MONDAY)

    def _teaching(self):
        self.module = a_module_with_lessons(self.edition).module
        self.page = EditionPage.objects.get(edition=self.edition)
        self.source, _is_new = TranslationSource.get_or_create_from_instance(self.page)
        self.question = a_question(self.module, "q1")
        self.discussion = a_discussion(self.edition)
        author = someone_in(self.discussion, peer_name=NAME)
        self.post = writes(author, self.discussion)
        report_post(someone_in(self.discussion).person, self.post, at=MONDAY)
        self.room = room_of(author, self.discussion)

    def _accounts(self):
        operator = a_person(is_superuser=True, is_staff=True)
        self.lost = rescue.ask_rescue(
            self.person, "otra@corte.example", reason="x", by=operator, at=MONDAY
        )
        self.factor = FactorRescue.objects.create(
            person=self.colleague, reason="x", asked_by=operator, asked_at=MONDAY
        )
        self.erasure = privacy.ask_erasure(self.person, keep_verification=True, at=MONDAY)

    def _desk(self):
        self.draw = Draw.objects.create(
            edition=self.edition, at=MONDAY, seed="x", document={}, answer={}, checksum=NAME
        )
        self.saved = keep_filter(
            "applications", NAME, "country=PE", program=self.program, by=self.colleague, at=MONDAY
        )
        joint.ask("cancel", self.edition, by=self.colleague, at=MONDAY, reason=NAME)
        self.act = JointAct.objects.get()

    def key_of(self, route: str, name: str):
        """What stands for the parameter `name` in the address `route`."""
        by_place = {
            "applications/": self.application.pk,
            "filters/": self.saved.pk,
            "selection/": self.edition.pk,
            "reading/": self.review.pk,
            "codes/": self.extension_code.pk,
            "reconsiderations/": self.reconsideration.pk,
            "draws/": self.draw.pk,
            "places/": self.place.pk,
            "joint/": self.act.pk,
            "applicant-roles/": self.program.applicant_roles.first().pk,
            "roles/": self.program.staff.first().pk,
            "phases/": self.edition.phases.first().pk,
            "windows/": self.edition.windows.first().pk,
            "<slug:kind>/": self.edition.windows.first().pk,
            "imports/": self.alumni.pk,
            "messages/": self.message.pk,
            "mailings/": self.mailing.pk,
            "rescue/": self.lost.pk,
            "factors/": self.factor.pk,
            "erasure/": self.erasure.pk,
            "moderation/": self.post.pk,
            "rooms/": self.room.pk,
            "questions/": self.question.pk,
            "issued/": self.certificate.pk,
            "issue/": self.edition.pk,
            "designs/": self.design.pk,
            "discussions/": self.discussion.pk,
        }
        by_name = {
            "str:subject": f"edition:{self.edition.pk}",
            "slug:kind": "window",
            "slug:key": self.uploaded.key,
            "slug:act": "retire" if "questions/" in route else "cancel",
            "slug:app": "enrollment",
            "slug:name": "decision_offer",
            "slug:language": "es",
            "int:program_id": self.program.pk,
            "int:edition_id": self.edition.pk,
            "int:person_id": self.person.pk,
            "int:window_id": self.edition.windows.first().pk,
            "int:user_id": self.colleague.pk,
            "int:module_id": self.module.pk,
            "int:phase_id": self.edition.phases.first().pk,
            "int:design_id": self.design.pk,
            "int:page_id": self.page.pk,
            "int:translation_source_id": self.source.pk,
        }
        if name in by_name:
            return by_name[name]
        before = route.partition(f"<{name}>")[0]
        places = [place for place in by_place if name == "int:pk" and before.endswith(place)]
        assert places, f"say here which row of another program “{name}” of {route} is"
        return by_place[max(places, key=len)]

    def address_of(self, route: str) -> str:
        return "/" + re.sub(r"<([^>]+)>", lambda found: str(self.key_of(route, found[1])), route)


def with_all_roles(program, email="", **fields):
    person = a_person(email, language="en", **fields)
    for role in StaffRole.values:
        grant_role(person, program, role, by=None, at=MONDAY)
    person.refresh_from_db()
    return person


@pytest.fixture
def rows(clock, english):
    clock(MONDAY)
    return Rows()


@pytest.fixture
def stranger(client, rows):
    """All roles in another program, which has an edition, a design and a discussion of its own."""
    edition = an_edition(a_program())
    a_design(edition.program)
    a_discussion(edition)
    client.force_login(with_all_roles(edition.program))
    return edition


def text_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


def named_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def test_no_list_names_anybody_of_another_program(client, stranger):
    for route in LISTS + WAGTAILS:
        for query in ("", "?q=Quillahuaman", "?q=Zafira", "?export=csv"):
            answer = client.get(f"/{route}{query}")
            assert answer.status_code < 500, route
            assert not named_in(text_of(answer).replace(query[3:] or "–", "")), (route, query)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_row_of_another_program_is_found(client, rows, stranger, method):
    for route in ROWS:
        answer = getattr(client, method)(rows.address_of(route))
        assert answer.status_code in (404, 405), (route, answer.status_code)
        assert not named_in(text_of(answer)), route


def test_every_list_names_who_is_of_the_own_program(client, rows):
    """What the walk above looks for is there to be found."""
    client.force_login(rows.staff)
    silent = {route for route in LISTS if not named_in(text_of(client.get(f"/{route}")))}
    assert silent - NAMES_NOBODY.keys() == set(), "lists of people that the guard cannot see"


def test_what_is_said_to_name_nobody_exists():
    assert NAMES_NOBODY.keys() <= set(LISTS)
