"""Whom the bench asks for: people and pages of the demonstration, signed in without a mail."""

from __future__ import annotations

import time
from contextlib import contextmanager
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string

from content.models import LessonPage, Module, ModulePage, ProgramPage
from enrollment.models import (
    Application,
    Edition,
    Enrollment,
    EnrollmentStatus,
    RegistrationWindow,
    RoleAssignment,
    StaffRole,
    WindowKind,
)
from enrollment.models.applications import IN_SELECTION
from lms.accounts.models import User
from tests.enrollment.applying import answers


def session_of(person: User, *, is_superuser: bool = False) -> dict[str, str]:
    """Cookies of a browser in which the person is signed in, second factor included."""
    if is_superuser:  # Wagtail's stock listing asks for Django's permissions
        User.objects.filter(pk=person.pk).update(is_superuser=True)
    return sessions_of([person])[0]


def sessions_of(people: list[User]) -> list[dict[str, str]]:
    """The same for many."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    rows = [
        store.model(
            session_key=get_random_string(32, VALID_KEY_CHARS),
            session_data=store.encode(_facts_of_session(person)),
            expire_date=store.get_expiry_date(),
        )
        for person in people
    ]
    store.model.objects.bulk_create(rows, batch_size=500)
    return [
        {
            settings.SESSION_COOKIE_NAME: row.session_key,
            settings.CSRF_COOKIE_NAME: _get_new_csrf_string(),
        }
        for row in rows
    ]


def _facts_of_session(person: User) -> dict:
    return {
        SESSION_KEY: str(person.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: person.get_session_auth_hash(),
        "account_authentication_methods": [{"method": "mfa", "at": time.time()}],
        "account_authentication_methods_user": str(person.pk),
    }


def a_learner() -> Enrollment:
    """A participant of the edition whose first phase runs now."""
    at = timezone.now()
    rows = Enrollment.objects.filter(
        status=EnrollmentStatus.CONFIRMED,
        edition__phases__order=1,
        edition__phases__opens_at__lte=at,
        edition__phases__closes_at__gt=at,
        person__is_staff=False,
    )
    return rows.select_related("person", "edition").order_by("pk")[0]


def _first_module(learner: Enrollment) -> Module:
    return Module.objects.get(phase__edition=learner.edition, phase__order=1, order=1)


def lesson_path(learner: Enrollment) -> str:
    lesson = LessonPage.objects.live().filter(
        module=_first_module(learner), locale__language_code="es"
    )
    return lesson.order_by("path")[0].get_url()


@contextmanager
def many_activities(learner: Enrollment, how_many: int):
    """The phase with so many modules, each with a page and a lesson, meanwhile."""
    first = _first_module(learner)
    phase = first.phase
    made = []
    page = ModulePage.objects.get(module=first, locale__language_code="es")
    parent = page.get_parent().specific
    for number in range(phase.modules.count() + 1, how_many + 1):
        module = Module.objects.create(
            phase=phase,
            slug=f"more-{number}",
            order=number,
            title=first.title,
            opens_at=first.opens_at,
        )
        child = ModulePage(
            title=f"More {number}", slug=f"more-{number}", module=module, locale=page.locale
        )
        parent.add_child(instance=child)
        child.add_child(
            instance=LessonPage(title="One", slug="one", module=module, locale=page.locale)
        )
        made.append((child, module))
    yield
    for child, module in made:
        child.delete()
        module.delete()


def program_path() -> str:
    page = ProgramPage.objects.live().filter(locale__language_code="es").order_by("path")[0]
    return page.get_url()


def an_edition_in_selection() -> tuple[Edition, User, User]:
    """The edition whose window has closed and whose decisions are not locked, with two people
    who may decide."""
    edition = Edition.objects.filter(
        decisions_locked_at=None,
        windows__closes_at__lte=timezone.now(),
        status="published",
        admission_mode="selective",
    ).order_by("pk")[0]
    return (
        edition,
        _staff(edition, StaffRole.COORDINATOR),
        second_of(edition),
    )


def second_of(edition: Edition) -> User:
    return _staff(edition, StaffRole.SECOND_APPROVER)


def _staff(edition: Edition, role: str) -> User:
    return RoleAssignment.objects.filter(program=edition.program, role=role).order_by("pk")[0].user


def a_coordinator() -> User:
    return an_edition_in_selection()[1]


def listing_path() -> str:
    edition = an_edition_in_selection()[0]
    assert Application.objects.filter(edition=edition, status__in=IN_SELECTION).count() > 1900
    return f"{reverse('enrollment_staff:applications')}?edition={edition.pk}"


def applicants(how_many: int) -> tuple[RegistrationWindow, list[User]]:
    """People with an account and nothing else, and a window that is open."""
    at = timezone.now()
    window = RegistrationWindow.objects.filter(
        kind=WindowKind.APPLICATION, opens_at__lte=at, closes_at__gt=at, edition__status="published"
    ).order_by("pk")[0]
    return window, users(how_many)


def users(how_many: int, **fields) -> list[User]:
    """Accounts made at once; `fields` are what they share."""
    known = User.objects.count()
    made = [
        User(
            email=f"bench{known + number}@correo.example",
            language="es",
            password=make_password(None),
            **fields,
        )
        for number in range(how_many)
    ]
    return User.objects.bulk_create(made, batch_size=500)


def form_path(window: RegistrationWindow, name: str = "application_form") -> str:
    with translation.override("es"):
        edition = window.edition
        return reverse(f"enrollment:{name}", args=[edition.program.slug, edition.slug])


def answers_of(person: User) -> dict[str, str]:
    """With a name that nobody else has: people who share one are looked at as doubles."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(person.pk))
    return answers(family_names=f"Medina {letters.title()}")


def apply(browser, window: RegistrationWindow, person: User) -> None:
    """From the empty form to the submitted application, as a person does it."""
    form, check = form_path(window), form_path(window, "application_check")
    assert browser.get(form).status == 200
    answer = browser.post(form, {**answers_of(person), "revision": "0", "continue": "1"})
    assert answer.status == 302, answer.status
    page = browser.get(check)
    revision = page.content  # compressed or not, the revision of a first draft is 1
    assert page.status == 200 and revision
    answer = browser.post(check, {"revision": "1"})
    assert answer.status == 302, answer.status
    assert Application.objects.filter(status="submitted").exists()
