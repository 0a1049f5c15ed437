"""Addresses of discussions, rooms and posts; part of `content.urls`."""

from django.urls import path

from content.views import posts, rooms

POST = "discussions/posts/<int:post>"

urlpatterns = [
    path("discussions/rooms/", rooms.led_rooms, name="led_rooms"),
    path("discussions/rooms/<int:room>/", rooms.room, name="room"),
    path("discussions/<int:discussion>/", rooms.discussion, name="discussion"),
    path(f"{POST}/", posts.post, name="post"),
    path(f"{POST}/reply/", posts.post_reply, name="post_reply"),
    path(f"{POST}/edit/", posts.post_edit, name="post_edit"),
    path(f"{POST}/withdraw/", posts.post_withdraw, name="post_withdraw"),
    path(f"{POST}/report/", posts.post_report, name="post_report"),
    path(f"{POST}/hide/", posts.post_hide, name="post_hide"),
    path(f"{POST}/restore/", posts.post_restore, name="post_restore"),
    path(f"{POST}/release/", posts.post_release, name="post_release"),
]
