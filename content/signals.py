"""An edition was begun from an earlier one; and what pages show was changed: nothing kept of it is
shown any more."""

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from content import weight
from content.models import Discussion, LessonPage, Module, Question
from content.services.copying import copy_activities
from enrollment.signals import edition_copied
from lms import kept


def connect() -> None:
    edition_copied.connect(copy_activities, dispatch_uid="copy activities")
    pre_save.connect(weight.weigh, sender=LessonPage, dispatch_uid="weigh lessons")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(kept.drop, dispatch_uid="drop kept pages")
    files = get_document_model(), get_image_model()
    for model in (*files, Discussion, Locale, Module, PageViewRestriction, Question, Site):
        for signal in (post_save, post_delete):
            signal.connect(kept.drop, sender=model, dispatch_uid=f"drop kept {model.__name__}")
