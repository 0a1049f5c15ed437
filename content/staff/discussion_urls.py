"""Addresses of the staff's pages of discussions."""

from __future__ import annotations

from django.urls import include, path

from content.staff import discussions, moderation, participation
from enrollment.staff.urls import listing

app_name = "discussions_staff"
urlpatterns = [
    *listing("moderation", moderation.ModerationQueue, "moderation"),
    path("moderation/<int:pk>/hide/", moderation.HidePost.as_view(), name="hide"),
    path("moderation/<int:pk>/restore/", moderation.RestorePost.as_view(), name="restore"),
    path("moderation/<int:pk>/release/", moderation.ReleasePost.as_view(), name="release"),
    *listing("participation", participation.ParticipationListing, "participation"),
    *listing("all", discussions.DiscussionListing, "discussions"),
    path("editions/<int:edition_id>/add/", discussions.AddDiscussion.as_view(), name="add"),
    path("<int:pk>/", discussions.DiscussionPage.as_view(), name="discussion"),
    path("<int:pk>/edit/", discussions.EditDiscussion.as_view(), name="edit"),
    path("rooms/<int:pk>/facilitator/", discussions.NameFacilitator.as_view(), name="facilitator"),
]


def admin_urls():
    return [path("discussions/", include((urlpatterns, app_name)))]
