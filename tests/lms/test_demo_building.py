"""The demonstration as it is built, on a small scale: whole, consistent, the same everywhere."""

import hashlib
from datetime import timedelta

import pytest
from wagtail.models import Page, Site
from wagtail_localize.models import Translation, TranslationSource

from certificates.models import Certificate
from content.models import HomePage, LessonPage, Participation
from enrollment.models import Application, Edition, Enrollment, Phase
from enrollment.rules.seats import seats_taken
from lms.accounts.models import User
from lms.demo import standing
from lms.demo.accounts import present
from lms.mail.models import MessageStatus, OutgoingMessage
from tests.builders import instant

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TODAY = instant("2026-11-24T18:00")


def digest() -> str:
    """Names, codes, serials: what must be the same on every machine."""
    rows = [
        *User.objects.order_by("pk").values_list("email", "first_name", "last_name"),
        *Application.objects.order_by("pk").values_list("code", "status", "eligibility"),
        *Certificate.objects.order_by("pk").values_list("serial", "status"),
        *Page.objects.order_by("path").values_list("url_path", "translation_key"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_demonstration_is_whole_and_can_be_moved(clock):
    clock("2026-11-24T18:00:00Z")
    assert standing.build(TODAY, scale=0.05)
    before = digest()
    assert not standing.build(TODAY, scale=0.05)
    assert digest() == before
    assert len(present()) == 22
    assert set(Edition.objects.values_list("status", flat=True)) == {"archived", "published"}
    for edition in Edition.objects.all():
        assert seats_taken(edition) <= edition.capacity
    assert HomePage.objects.count() == 3
    assert LessonPage.objects.filter(slug="l1", module__slug="m1").count() == 5 * 3
    assert Site.objects.get().root_page.specific.locale.language_code == "es"
    translations = Translation.objects.all()
    assert translations.count() == 2 * TranslationSource.objects.count() > 0
    assert all(len(set(one.get_progress())) == 1 for one in translations)
    assert Application.objects.filter(status="withdrawn").exists()
    planted = Application.objects.exclude(duplicate_of=None).count()
    assert planted <= 2 * 4
    assert Participation.objects.filter(state="met").exists()
    assert Enrollment.objects.filter(person__email="helena@correio.example").exists()
    assert not OutgoingMessage.objects.filter(status=MessageStatus.QUEUED).exists()

    opens_at = {phase.pk: phase.opens_at for phase in Phase.objects.all()}
    assert standing.move_to_today(TODAY) == 0
    assert standing.is_stale(TODAY + timedelta(days=6))
    assert standing.move_to_today(TODAY + timedelta(days=6)) == 6
    for phase in Phase.objects.select_related("edition"):
        moved = timedelta(days=0 if phase.edition.slug == "2019" else 6)
        assert phase.opens_at == opens_at[phase.pk] + moved
    assert digest() == before
    assert not standing.is_stale(TODAY + timedelta(days=6))
