"""Before the release no address of the whole site tells a selected person from a rejected one."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, get_resolver
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.models import Page

from content.models import LessonPage, Post
from content.services.rooms import make_room
from tests.builders import RELEASE, a_person
from tests.content.builders import a_module_with_lessons
from tests.content.discussing import a_discussion, a_discussion_page
from tests.enrollment.deciding import MONDAY, decide, four_applicants
from tests.enrollment.test_embargo import look

pytestmark = pytest.mark.django_db
ARGUMENT = re.compile(r"<\w+:(\w+)>")
NEW_SECRETS = {"es/account/second-factor/totp/activate/", "es/account/second-factor/webauthn/add/"}
ENDS_THE_SESSION = {"es/account/leave/", "es/account/sign-out/"}


def routes(resolver, above="") -> set[str]:
    """Of every address but those of the admin, whose door alone is tried."""
    found = set()
    for one in resolver.url_patterns:
        route = above + str(one.pattern)
        if isinstance(one, URLPattern):
            found.add(route)
        elif route != "admin/":
            found |= routes(one, route)
    return found


def everything_there_is(edition) -> dict[str, str]:
    """Each part of an address that names something, with what it may name."""
    module_page = a_module_with_lessons(edition, lessons=1, questions=1)
    discussion = a_discussion(edition)
    a_discussion_page(discussion)
    expert = a_person()
    room = make_room(discussion, "es")
    post = Post.objects.create(room=room, author=expert, text="Bienvenidas.", posted_at=MONDAY)
    lesson = LessonPage.objects.get()
    return {
        "program": edition.program.slug,
        "edition": edition.slug,
        "order": "1",
        "module": str(module_page.module_id),
        "number": "1",
        "discussion": str(discussion.pk),
        "room": str(room.pk),
        "post": str(post.pk),
        "key": str(lesson.translation_key),
        "provider": "postmark",
        "serial": "ABCD",
        "code": "ABCD",
        "pk": "1",
        "restriction_id": "1",
        "page_view_restriction_id": "1",
        "page_id": str(lesson.pk),
    }


def patterns(document) -> dict[str, list[str]]:
    """Of the addresses that are no more than a pattern, some that it fits."""
    pages = Page.objects.live().filter(depth__gt=1)
    return {
        r"^admin/(?:login|password_reset)(?:/.*)?$": ["/admin/login/", "/admin/"],
        r"documents/^(\d+)/(.*)$": [document.url],
        r"media/^images/(?P<name>[-\w][-\w.]*)$": ["/media/images/a.original.png"],
        r"es/^((?:[\w\-]+/)*)$": [page.url for page in pages],
    }


def addresses(edition) -> list[str]:
    """At least one of every route; a new kind of route has to be named above."""
    named = everything_there_is(edition)
    document = get_document_model().objects.create(
        title="Guía", file=ContentFile(b"text", name="guia.txt")
    )
    by_pattern, found = patterns(document), []
    for route in sorted(routes(get_resolver()) - ENDS_THE_SESSION):
        filled = "/" + ARGUMENT.sub(lambda part: named[part[1]], route)
        found += by_pattern.pop(route, [filled])
    assert not by_pattern
    return found


def test_every_address_answers_the_same_to_everybody_until_the_release(clock):
    clock(MONDAY)
    edition, people = four_applicants()
    decide(edition, "lock", "arm")
    with translation.override("es"):
        urls = addresses(edition)
    assert len(urls) > 80
    clock(RELEASE - timedelta(seconds=1))
    look(a_person(), 9, urls)  # keeps for the others what is the same for all
    answers = [look(person, number, urls) for number, person in enumerate(people.values())]
    differ = {url for url in urls for one in answers[1:] if one[url] != answers[0][url]}
    assert {url.lstrip("/") for url in differ} <= NEW_SECRETS
    for url in differ:
        assert {one[url][0] for one in answers} == {answers[0][url][0]}
    assert {status for status, *_rest in answers[0].values()} <= {200, 301, 302, 403, 404, 405}
