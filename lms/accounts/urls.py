from django.urls import path

from lms.accounts.views import entrance

app_name = "accounts"
urlpatterns = [
    path("", entrance.enter, name="enter"),
    path("code/", entrance.code, name="code"),
    path("leave/", entrance.leave, name="leave"),
]
