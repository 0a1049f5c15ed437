"""What pages show was changed: the kept ones are dropped."""

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from content import page_cache, weight
from content.models import Discussion, LessonPage, Module
from enrollment.models import Edition, Phase, Program, RegistrationWindow


def connect() -> None:
    pre_save.connect(weight.weigh, sender=LessonPage, dispatch_uid="weigh lessons")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(drop_pages, dispatch_uid="drop kept pages")
    for model in (Discussion, Edition, Module, Phase, Program, RegistrationWindow, Site):
        for signal in (post_save, post_delete):
            signal.connect(drop_pages, sender=model, dispatch_uid=f"drop kept pages {model}")


def drop_pages(**_sent) -> None:
    """Now for this transaction, and once more when others can read what it wrote."""
    page_cache.drop()
    transaction.on_commit(page_cache.drop)
