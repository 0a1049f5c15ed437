"""wagtail-localize's two pages that begin and renew translations. They ask for a right that is held
anywhere: here also for the rights over the page itself, and over what would be published."""

from django.core.exceptions import PermissionDenied
from django.urls import path
from wagtail.models import Page
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView


class SubmitPage(SubmitPageTranslationView):
    def get_object(self):
        page = super().get_object()
        require(page.permissions_for_user(self.request.user).can_edit())
        return page


class UpdateTranslations(UpdateTranslationsView):
    def get_object(self):
        source = super().get_object()
        page = source.get_source_instance()
        require(isinstance(page, Page) and page.permissions_for_user(self.request.user).can_edit())
        return source

    def form_valid(self, form):
        if form.cleaned_data["publish_translations"]:
            for one in self.object.translations.filter(enabled=True):
                target = one.get_target_instance()
                require(target.permissions_for_user(self.request.user).can_publish())
        return super().form_valid(form)


def require(answer: bool) -> None:
    if not answer:
        raise PermissionDenied


def admin_urls():
    """Before wagtail-localize's own, at the same addresses."""
    return [
        path("localize/submit/page/<int:page_id>/", SubmitPage.as_view()),
        path("localize/update/<int:translation_source_id>/", UpdateTranslations.as_view()),
    ]
