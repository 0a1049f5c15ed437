"""Addresses of the authors' pages, under the admin's own."""

from django.urls import include, path

from content.staff import modules, page_copies, questions

app_name = "content_staff"
M = "modules/<int:module_id>"

urlpatterns = [
    path("modules/", modules.Modules.as_view(), name="modules"),
    path("phases/<int:phase_id>/modules/add/", modules.EditModule.as_view(), name="module_add"),
    path(f"{M}/", modules.ModuleView.as_view(), name="module"),
    path(f"{M}/edit/", modules.EditModule.as_view(), name="module_edit"),
    path(f"{M}/questions/add/", questions.EditQuestion.as_view(), name="question_add"),
    path(f"{M}/questions/<int:pk>/", questions.EditQuestion.as_view(), name="question"),
    path(
        f"{M}/questions/<int:pk>/<slug:act>/",
        questions.ActOnQuestion.as_view(),
        name="question_act",
    ),
    path(
        "editions/<int:edition_id>/copy-pages/",
        page_copies.CopyPagesAgain.as_view(),
        name="copy_pages_again",
    ),
]


def admin_urls():
    return [path("content/", include("content.staff.urls"))]
