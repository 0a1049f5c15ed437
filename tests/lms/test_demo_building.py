"""The demonstration as it is built, on a small scale: whole, consistent, the same everywhere."""

import re
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.dates import MONTHS
from wagtail.models import Page, Site
from wagtail_localize.models import Translation, TranslationSource

from certificates.models import Certificate, Design
from certificates.rules import due
from content.models import (
    PUBLIC_PAGE_TYPES,
    HomePage,
    LessonPage,
    Participation,
    Post,
    ProgramPage,
)
from enrollment.demo.data import PARTICIPANTS, accounts_of
from enrollment.models import (
    AdmissionMode,
    Application,
    CourseProof,
    Edition,
    Enrollment,
    Offer,
    Outcome,
    Phase,
    Program,
    Reconsideration,
    RegistrationWindow,
    Review,
)
from enrollment.queries import readings_counted
from enrollment.rules.balance import rules_of
from enrollment.rules.extensions import may_apply
from enrollment.rules.reconsiderations import can_ask_again
from enrollment.rules.seats import seats_left, seats_taken
from enrollment.services.balancing import contradictions_in
from enrollment.standing import standings_of
from lms import kept
from lms.accounts.models import User
from lms.demo import standing
from lms.demo.accounts import present
from lms.demo.described import Described, described, description_of
from lms.mail.models import MessageStatus, OutgoingMessage
from tests import databases
from tests.builders import instant
from tests.work.processes import ROOT, an_environment

pytestmark = pytest.mark.slow

FIRST, SECOND = instant("2026-06-10T18:00"), instant("2026-06-17T18:00")
OURS = (*standing.OURS, "wagtailcore", "wagtail_localize", "mfa")
LEFT_OUT = {
    ("accounts.user", "password"),  # unusable, and another each time
    ("mfa.authenticator", "data"),  # sealed
    ("mail.outgoingmessage", "version"),  # an instant in minutes, of some
}
NO_ORDER = {"wagtailcore.grouppagepermission"}


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """The names of two databases, in which two processes with other seeds of their hashes built
    the demonstration: one as on FIRST, one as on SECOND."""
    with django_db_blocker.unblock():
        names = [_database(f"demo_{number}", tmp_path_factory) for number in (1, 2)]
        builders = [
            _builder(name, day, seed)
            for name, day, seed in zip(names, (FIRST, SECOND), "12", strict=True)
        ]
        try:
            for builder in builders:
                _, errors = builder.communicate(timeout=900)
                assert builder.returncode == 0, errors.decode()[-2000:]
            yield names
        finally:
            connections.close_all()
            for name in names:
                databases.drop(name)


def _database(suffix: str, tmp_path_factory) -> str:
    name = databases.own_name(suffix)
    if databases.is_sqlite():
        name = str(tmp_path_factory.mktemp(suffix) / "demo.sqlite3")
    databases.make(name)
    return name


def _builder(name: str, day: datetime, seed: str) -> subprocess.Popen:
    with databases.at(name):
        url = databases.url()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.lms.demo_process", day.isoformat(), "0.05"],
        cwd=ROOT,
        env=an_environment(
            DATABASE_URL=url, DJANGO_SETTINGS_MODULE="tests.settings", PYTHONHASHSEED=seed
        ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


@pytest.mark.once
def test_demonstration_is_the_same_on_every_database_and_day(built):
    """People, pages, codes, serials and texts; and every instant as far from the day of the
    building."""
    with databases.at(built[0]):
        first = everything(FIRST)
    with databases.at(built[1]):
        second = everything(SECOND)
    assert first.keys() == second.keys()
    for place, rows in first.items():
        assert rows == second[place], place
    assert len(first["enrollment.application"]) > 50
    assert len(first["certificates.certificate"]) > 10


def everything(day: datetime) -> dict[str, list]:
    """What is stored, by model; each instant as its distance from `day`, the prose of mails
    without the days it names."""
    months = [str(month) for language in ("es", "pt-br", "en") for month in _months(language)]
    calendar = re.compile(rf"\b({'|'.join(months)})\b|\d+º?", re.IGNORECASE)
    models = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {model._meta.label_lower: _rows(model, day, calendar) for model in models}


def _months(language: str):
    with translation.override(language):
        return [str(month) for month in MONTHS.values()]


def _rows(model, day: datetime, calendar: re.Pattern) -> list:
    label = model._meta.label_lower
    names = [field.attname for field in model._meta.concrete_fields]
    names = [name for name in names if (label, name) not in LEFT_OUT]
    if label in NO_ORDER:
        names.remove(model._meta.pk.attname)
    rows = []
    for row in model._default_manager.order_by("pk").values_list(*names):
        values = {name: _from(day, value) for name, value in zip(names, row, strict=True)}
        if model is OutgoingMessage:
            values |= {name: calendar.sub("", values[name]) for name in ("subject", "text")}
        rows.append(values)
    return sorted(rows, key=repr) if label in NO_ORDER else rows


ISO = re.compile(r"\b20\d\d-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?\+00:00)?")
FIXED_UNTIL = instant("2024-01-01T00:00")  # the edition of 2019 stays on its days


def _from(day: datetime, value):
    if isinstance(value, datetime):
        return value if value < FIXED_UNTIL else value - day
    if isinstance(value, dict | list):
        value = repr(value)
    if isinstance(value, str):
        return ISO.sub(lambda found: _text_from(day, found.group()), value)
    return value


def _text_from(day: datetime, text: str) -> str:
    is_day = len(text) == len("2019-03-21")
    at = datetime.fromisoformat(f"{text}T18:00:00+00:00" if is_day else text)
    return text if at < FIXED_UNTIL else str(at - day)


@pytest.mark.once
def test_demonstration_is_whole_and_can_be_moved(built, clock):
    with databases.at(built[0]):
        clock(FIRST)
        is_whole()
        shows_what_staff_do()
        for one in described():
            stands_as_described(one)
        is_built_once()
        is_moved_with_its_days()


def is_built_once():
    before = everything(FIRST)
    assert not standing.build(FIRST, scale=0.05)
    assert everything(FIRST) == before


def is_whole():
    others = sum(len(one.read("accounts")) for one in described())
    assert len(present()) == 25 + others
    assert set(Edition.objects.values_list("status", flat=True)) == {"archived", "published"}
    for edition in Edition.objects.all():
        assert seats_taken(edition) <= edition.capacity
    assert HomePage.objects.count() == 3
    assert LessonPage.objects.filter(slug="l1", module__slug="m1").count() == 5 * 3
    assert Site.objects.get().root_page.specific.locale.language_code == "es"
    translations = Translation.objects.all()
    assert translations.count() == sum(map(others_of, TranslationSource.objects.all())) > 0
    assert all(len(set(one.get_progress())) == 1 for one in translations)
    assert Application.objects.filter(status="withdrawn").exists()
    planted = Application.objects.exclude(duplicate_of=None).count()
    assert planted <= 2 * 4
    assert Participation.objects.filter(state="met").exists()
    assert Enrollment.objects.filter(person__email="helena@correio.example").exists()
    assert not OutgoingMessage.objects.filter(status=MessageStatus.QUEUED).exists()
    by_experts = Post.objects.filter(author_role="expert", room__language="es")
    said = dict(by_experts.values_list("room__discussion__slug", "text"))
    # each speaks of the case of their own
    assert len(said) == len(set(said.values())) == 2 + len(described())


def shows_what_staff_do():
    """Readings under way, rules of balance, a mail in the program's words, a refusal that can be
    disputed, places that went to whoever confirmed first, a window that is open for one person."""
    selecting = Edition.objects.get(slug="edicion-4")
    read = readings_counted(selecting.reading_plan, FIRST)
    assert 0 < read["read"] < read["all"] > read["begun"] > 0
    readers = Review.objects.values_list("reader__email", "status").distinct()
    assert {email for email, status in readers if status == "assigned"} == {
        row["email"] for row in accounts_of("judicial-internet") if row["role"] == "reviewer"
    }
    assert {rule.kind for rule in selecting.balance_rules.all()} == {"floor", "ceiling"}
    assert contradictions_in(selecting, rules_of(selecting)) == []
    receipts = OutgoingMessage.objects.filter(template="enrollment/mail/application_received")
    reworded = receipts.filter(scope="judicial-internet", language="es")
    assert (
        reworded.count() == reworded.filter(text__contains="un pago ni una contraseña").count() > 0
    )
    people = {one.person.email: one for one in Application.objects.select_related("person")}
    assert can_ask_again(people["marcelo@correio.example"], FIRST)
    assert Reconsideration.objects.filter(answered_at=None).count() == 1
    assert may_apply(selecting.windows.get(), people["noemi@correo.example"].person, FIRST)
    assert CourseProof.objects.exists()
    raced = Offer.objects.filter(holds_seat=False, edition__slug="edicion-2")
    assert {"accepted", "expired"} == set(raced.values_list("status", flat=True))
    began = people["keisha@mail.example"].offer
    assert began.from_waitlist and began.application.enrollment


def others_of(source: TranslationSource) -> int:
    """Into how many languages a page is translated: those of its program, or of the site."""
    page = source.get_source_instance()
    above = ProgramPage.objects.ancestor_of(page, inclusive=True).first()
    one = above and description_of(above.program.slug)
    return len(one.languages if one else settings.LANGUAGES) - 1


def stands_as_described(one: Described):
    """Whoever came first has a seat, the others wait; a series that is over has people who may be
    given its certificate; each account is at its stage."""
    program = Program.objects.get(slug=one.slug)
    editions = [program.editions.get(slug=says["slug"]) for says in one.read("program")["editions"]]
    for edition in editions:
        assert edition.admission_mode == AdmissionMode.OPEN
        assert edition.windows.get().form == one.read("form")
        waits = edition.decisions.filter(is_current=True, outcome=Outcome.WAITLISTED)
        assert seats_left(edition) == 0 or not waits.exists()
    for row in one.read("accounts"):
        if row["role"] not in PARTICIPANTS:
            continue
        person = User.objects.get(email=row["email"])
        stands = {where.edition.slug: where.state for where in standings_of(person, FIRST)}
        assert stands[row["edition"]] == row["state"], row["name"]
    [design] = Design.objects.filter(program=program)
    assert due(editions[0], design).exists()
    assert not Certificate.objects.filter(edition__in=editions).exists()


def is_moved_with_its_days():
    opens_at = {phase.pk: phase.opens_at for phase in Phase.objects.all()}
    assert standing.move_to_today(FIRST) == 0
    assert standing.is_stale(FIRST + timedelta(days=6))
    assert standing.move_to_today(FIRST + timedelta(days=6)) == 6
    for phase in Phase.objects.select_related("edition"):
        moved = timedelta(days=0 if phase.edition.slug == "2019" else 6)
        assert phase.opens_at == opens_at[phase.pk] + moved
    assert not standing.is_stale(FIRST + timedelta(days=6))


OF_JUDGES = re.compile(
    r"\b(juez\w*|juec\w+|judicatur\w+|tribunal\w*|poder judicial|magistrad\w+|fiscal\w*"
    r"|judges?|courts?|judiciary|prosecut\w+|UNESCO)\b",
    re.IGNORECASE,
)
OF_SELECTION = re.compile(
    r"\b(selecci[oó]n\w*|se divulga\w*|selected|selection|decisions are)\b", re.IGNORECASE
)


@pytest.mark.once
def test_pages_of_a_described_program_speak_of_nothing_else(built, clock):
    with databases.at(built[1]):
        clock(SECOND)
        kept.drop()
        for one in described():
            seen = [*public_texts(one), *own_texts(one), *application_texts(one)]
            assert len(seen) > 40
            for address, text in seen:
                assert not OF_JUDGES.search(text), (address, OF_JUDGES.search(text))
                assert not OF_SELECTION.search(text), (address, OF_SELECTION.search(text))
            falls_back_in_other_languages(one)


def pages_of(one: Described) -> list[Page]:
    tops = ProgramPage.objects.filter(program__slug=one.slug)
    return [page for top in tops for page in top.get_descendants(inclusive=True).specific()]


def text_of(client, address: str) -> tuple[str, str]:
    """What is read at an address, without what the whole site says at its head and foot."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return address, re.sub(r"<[^>]+>", " ", main)


def public_texts(one: Described):
    """The public pages, and the papers that certify."""
    client = Client()
    for page in pages_of(one):
        if isinstance(page, PUBLIC_PAGE_TYPES):
            yield text_of(client, page.get_url())
    for design in Design.objects.filter(program__slug=one.slug):
        for field in ("title", "body", "reverse"):
            yield f"{field} of the certificate", " ".join(getattr(design, field).values())


def own_texts(one: Described):
    """What each of its people reads: the home, their application, place and outcome, and every
    page that is open to them."""
    for row in one.read("accounts"):
        if row["role"] not in PARTICIPANTS:
            continue
        client, language = Client(), row["language"]
        client.force_login(User.objects.get(email=row["email"]))
        with translation.override(language):
            words = {"program": one.slug, "edition": row["edition"]}
            own = [
                reverse(f"enrollment:{name}", kwargs=words)
                for name in ("application_status", "outcome", "enrollment", "application_withdraw")
            ]
        for address in own:
            if client.get(address).status_code == 200:
                yield text_of(client, address)
        for page in pages_of(one):
            gated = (
                not isinstance(page, PUBLIC_PAGE_TYPES) and page.locale.language_code == language
            )
            if gated and client.get(page.get_url()).status_code == 200:
                yield text_of(client, page.get_url())


def application_texts(one: Described):
    """The form of the edition that takes applications, in each language."""
    window = RegistrationWindow.objects.filter(
        edition__program__slug=one.slug, opens_at__lte=SECOND, closes_at__gt=SECOND
    ).get()
    client = Client()
    client.force_login(User.objects.create_user("newcomer@correo.example"))
    words = {"program": one.slug, "edition": window.edition.slug}
    for language in one.languages:
        with translation.override(language):
            yield text_of(client, reverse("enrollment:application_form", kwargs=words))


def falls_back_in_other_languages(one: Described):
    """No page of the program is there in a language that is not its own: whoever asks for one is
    led to the page in the first language that has it, and no menu or map of the site names it."""
    client = Client()
    client.force_login(User.objects.get(email="newcomer@correo.example"))
    for language in {code for code, _name in settings.LANGUAGES} - set(one.languages):
        assert not [page for page in pages_of(one) if page.locale.language_code == language]
        for page in pages_of(one):
            if page.locale.language_code == one.languages[0]:
                rest = page.get_url().partition(f"/{one.languages[0]}/")[2]
                answer = client.get(f"/{language}/{rest}")
                assert (answer.status_code, answer.url) == (302, page.get_url())
        address = one.read("pages")["address"]
        assert f"/{address}/" not in client.get(f"/{language}/").content.decode()
        assert f"/{language}/{address}" not in client.get("/sitemap.xml").content.decode()
        with translation.override(language):
            window = RegistrationWindow.objects.get(
                edition__program__slug=one.slug, opens_at__lte=SECOND, closes_at__gt=SECOND
            )
            words = {"program": one.slug, "edition": window.edition.slug}
            _address, form = text_of(client, reverse("enrollment:application_form", kwargs=words))
        labels = [field["label"][one.languages[0]] for field in one.read("form")]
        assert all(label in form for label in labels if "<" not in label)
