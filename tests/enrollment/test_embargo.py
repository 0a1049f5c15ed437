"""Between the lock and the release nothing leaks; from its instant on everybody knows."""

import os
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils.translation import get_language_from_path

from enrollment.models import Enrollment, Offer
from enrollment.services.due import sweep_editions
from lms import kept
from lms.mail.models import OutgoingMessage
from tests.builders import RELEASE, a_person
from tests.enrollment.applying import address
from tests.enrollment.deciding import MONDAY, decide, four_applicants
from tests.enrollment.sending import an_edition_with_files, an_uploaded_answer
from tests.entrance import SiteClient, path_to

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ROOF = ("home", "certificates:mine", "certificates:verify")
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
LINK = re.compile(rb'(?:href|src)="(/[^"#]*)')
NOT_FOLLOWED = ("/static/", "//", "/admin/")
VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
OF_A_REQUEST = re.compile(r"(?<=nonce-)[\w+/=-]+|(?<==)[\w.+/=-]{20,}")


@pytest.fixture(autouse=True)
def _accounts_of_the_same_second(clock):
    clock(MONDAY)


def named(namespace: str) -> list[str]:
    """Every address of a namespace that asks for nothing but the edition, or for nothing."""
    resolver = get_resolver().namespace_dict[namespace][1]
    taken = {
        name: {key for _text, keys in ways for key in keys} for name, ways in shapes_of(resolver)
    }
    return sorted(name for name, keys in taken.items() if keys <= {"program", "edition"})


def shapes_of(resolver):
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            ways = resolver.reverse_dict.getlist(name)
            yield name, [way for possibilities, *_rest in ways for way in possibilities]


def every_address(edition, language):
    pages = [address(name, edition, language) for name in named("enrollment")]
    accounts = [path_to(f"accounts:{name}", language) for name in named("accounts")]
    root = address("outcome", edition, language).removesuffix("outcome/")
    phases = [f"{root}sign-up/{number}/" for number in (1, 2)]
    guesses = [root + name for name in ("place/leave/", "place/return/", "staff/", "decision/")]
    roof = [path_to(name, language) for name in ROOF]
    leaves = path_to("accounts:leave", language)
    return [url for url in roof + accounts + pages + phases + guesses if url != leaves]


def linked(person, urls, language) -> list[str]:
    """What the pages lead to in that language, and whatever that leads to, beside `urls`."""
    client = SiteClient()
    client.force_login(person)
    found, waiting = list(dict.fromkeys(urls)), list(urls)
    while waiting:
        page = client.get(waiting.pop())
        body = b"".join(page.streaming_content) if page.streaming else page.content
        ahead = [page.headers.get("Location", ""), *map(bytes.decode, LINK.findall(body))]
        for url in map(unescape, ahead):
            is_own = url.startswith("/") and not url.startswith(NOT_FOLLOWED)
            is_own &= get_language_from_path(url) in (None, language)
            if is_own and "/leave/" not in url and url not in found:
                found.append(url)
                waiting.append(url)
    return [url for url in found if url not in urls]


def seen(response, number: int) -> tuple:
    """What an answer says, without what is each person's own and of the same length."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    body = TOKEN.sub(b"", content).replace(b"CODE234%d" % number, b"CODE234?")
    body = body.replace(b"person-%d@" % number, b"person-?@")
    headers = sorted((name, OF_A_REQUEST.sub("?", value)) for name, value in response.items())
    cookies = {
        name: (len(cookie.value), OF_A_REQUEST.sub("?", str(cookie.get("path"))), cookie["max-age"])
        for name, cookie in response.cookies.items()
    }
    return response.status_code, headers, len(content), body, cookies


def asked(queries) -> list[str]:
    """The queries in their order, without the values: what an answer costs the database."""
    return [VALUE.sub("?", query["sql"]) for query in queries]


def first_difference(answer, answers, url) -> tuple[str, str]:
    """What two pages say from shortly before the first byte in which they differ."""
    pages = [one[url][3].decode() for one in (answer, answers[0])]
    start = max(len(os.path.commonprefix(pages)) - 80, 0)
    return tuple(page[start : start + 160] for page in pages)


def look(person, number, urls, method="get"):
    client = SiteClient()
    client.force_login(person)
    answers = {}
    for url in urls:
        client.head(url)  # what the first reader of all fills the caches with is no difference
        with CaptureQueriesContext(connection) as captured:
            response = getattr(client, method)(url)
        answers[url] = (*seen(response, number), asked(captured))
    return answers


@pytest.mark.once
@pytest.mark.parametrize(
    ("acts", "method"),
    [((), "get"), (("lock",), "get"), (("lock", "arm"), "get"), (("lock", "arm"), "head")],
    ids=["proposed", "locked", "armed", "armed-head"],
)
def test_everybody_sees_the_same_until_the_release(clock, acts, method):
    edition, people = four_applicants()
    decide(edition, *acts)
    for at, language in ((MONDAY + HOUR, "en"), (RELEASE - SECOND, "es")):
        clock(at)
        urls = every_address(edition, language)
        urls += linked(people["selected"], urls, language)
        look(a_person(), 9, urls, method)  # keeps for the others what is the same for all
        answers = [
            look(person, number, urls, method) for number, person in enumerate(people.values())
        ]
        for url in urls:
            for answer in answers[1:]:
                assert answer[url] == answers[0][url], (
                    url,
                    *first_difference(answer, answers, url),
                )
    assert not OutgoingMessage.objects.exists()


OF_THE_OUTCOME = (
    "offer_accept",
    "offer_decline",
    "reconsideration",
    "enrollment_name",
    "enrollment_withdraw",
    "enrollment_return",
)


def test_pressing_a_guessed_button_tells_nothing_and_does_nothing(clock):
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    clock(RELEASE - SECOND)
    urls = [address(name, edition) for name in OF_THE_OUTCOME]
    urls += [address("outcome", edition).replace("outcome/", "sign-up/1/")]
    answers = [look(person, number, urls, "post") for number, person in enumerate(people.values())]
    for url in urls:
        assert {answer[url][0] for answer in answers} == {404}, url
        assert all(answer[url] == answers[0][url] for answer in answers)
    assert not Enrollment.objects.exists()
    assert Offer.objects.get().status == "pending"
    assert not OutgoingMessage.objects.exists()


def test_the_file_of_their_own_data_says_the_same_to_everybody(clock):
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    clock(RELEASE - SECOND)
    files = []
    for number, person in enumerate(people.values()):
        client = SiteClient()
        client.force_login(person)
        answer = client.post(path_to("accounts:download_data"))
        with ZipFile(BytesIO(b"".join(answer.streaming_content))) as packed:
            texts = {name: packed.read(name) for name in packed.namelist()}
        own = re.compile(rb"CODE234%d|person-%d@" % (number, number))
        files.append({name: own.sub(b"", text) for name, text in texts.items()})
    assert files[0] and all(one == files[0] for one in files)


def test_a_file_and_the_page_that_leads_to_it_say_the_same_to_everybody(clock):
    edition, people = four_applicants()
    form = an_edition_with_files().windows.get(kind="application").form
    edition.windows.update(form=form)
    for person in people.values():
        application = person.applications.get()
        upload = an_uploaded_answer(application, MONDAY)
        type(application).objects.filter(pk=application.pk).update(answers={"letter": upload.key})
    decide(edition, "lock", "arm")
    clock(RELEASE - SECOND)
    kept.drop()
    look(a_person(), 9, [address("application_status", edition)])
    said = []
    for number, person in enumerate(people.values()):
        key = person.applications.get().answers["letter"]
        client, page = SiteClient(), address("application_status", edition)
        client.force_login(person)
        status, headers, size, body, cookies = seen(client.get(page), number)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{page}files/{key}/")
        assert key.encode() in body and answer.status_code == 200
        body = body.replace(key.encode(), b"?" * len(key))
        file = seen(answer, number)
        said.append((status, headers, size, body, cookies, file, asked(captured)))
    assert all(one == said[0] for one in said)


def test_the_sweeps_of_the_embargo_write_nothing():
    edition, _people = four_applicants()
    decide(edition, "lock", "arm")
    assert set(sweep_editions(RELEASE - SECOND)) <= {"forms frozen"}
    assert not OutgoingMessage.objects.exists()


READ = {
    "selected": "Su postulación fue seleccionada",
    "waitlisted": "Usted está en la lista de espera",
    "not_selected": "Su postulación no fue seleccionada",
    "ineligible": "Su postulación no cumple un requisito",
}


@pytest.mark.parametrize("outcome", READ)
def test_with_the_worker_stopped_everybody_reads_the_outcome_at_its_instant(clock, outcome):
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    clock(RELEASE)
    client = SiteClient()
    client.force_login(people[outcome])
    page = client.get(address("outcome", edition)).content.decode()
    assert READ[outcome] in page
    home = client.get("/es/my/").content.decode()
    assert address("outcome", edition) in home
    status = client.get(address("application_status", edition)).content.decode()
    assert address("outcome", edition) in status
    assert not OutgoingMessage.objects.exists()


def test_with_the_worker_stopped_the_place_is_accepted_at_one(clock, client):
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    clock(RELEASE - HOUR)
    client.force_login(people["selected"])
    url = address("offer_accept", edition)
    assert client.post(url).status_code == 404
    clock(RELEASE)
    for _click in range(2):
        assert client.post(url).status_code == 302
    assert Enrollment.objects.get().person == people["selected"]
    clock(RELEASE + HOUR)
    sweep_editions(RELEASE + HOUR)
    told = dict(OutgoingMessage.objects.values_list("person__email", "template"))
    assert {mail.rpartition("/")[2] for mail in told.values()} == {
        "offer_accepted",
        "decision_waitlist",
        "decision_not_selected",
        "decision_ineligible",
    }
    assert OutgoingMessage.objects.count() == 4
