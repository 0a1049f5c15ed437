"""wagtail-localize's two pages that begin and renew translations. They ask for a right that is held
anywhere: here also for the rights over the page itself, and over what would be published."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from wagtail.models import Page
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView


class SubmitPage(SubmitPageTranslationView):
    def get_object(self):
        page = super().get_object()
        find(page, self.request.user)
        return page


class UpdateTranslations(UpdateTranslationsView):
    def get_object(self):
        source = super().get_object()
        find(source.get_source_instance(), self.request.user)
        return source

    def form_valid(self, form):
        if form.cleaned_data["publish_translations"]:
            for one in self.object.translations.filter(enabled=True):
                rights = one.get_target_instance().permissions_for_user(self.request.user)
                if not rights.can_publish():
                    raise PermissionDenied
        return super().form_valid(form)


def find(page, user) -> None:
    """Raises Http404 for who may not edit the page, as for one that is not there."""
    if not (isinstance(page, Page) and page.permissions_for_user(user).can_edit()):
        raise Http404


def admin_urls():
    """Before wagtail-localize's own, at the same addresses."""
    return [
        path("localize/submit/page/<int:page_id>/", SubmitPage.as_view()),
        path("localize/update/<int:translation_source_id>/", UpdateTranslations.as_view()),
    ]
