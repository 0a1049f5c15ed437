from django.urls import path

from lms.accounts.views import addresses, cancelling, entrance, my_data, settings

app_name = "accounts"
urlpatterns = [
    path("", entrance.enter, name="enter"),
    path("code/", entrance.code, name="code"),
    path("leave/", entrance.leave, name="leave"),
    path("cancel/", cancelling.cancel_change, name="cancel_change"),
    path("settings/", settings.settings, name="settings"),
    path("settings/address/", addresses.change_address, name="change_address"),
    path("settings/backup/", addresses.add_backup, name="add_backup"),
    path("settings/backup/remove/", settings.remove_backup, name="remove_backup"),
    path("settings/code/", addresses.prove, name="prove"),
    path("settings/sessions/", settings.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("settings/keep/", settings.cancel_waiting, name="cancel_waiting"),
    path("settings/second-step/keep/", settings.keep_factor, name="keep_factor"),
    path("data/", my_data.my_data, name="my_data"),
    path("data/read/", my_data.read, name="read_data"),
    path("data/download/", my_data.download, name="download_data"),
    path("data/erase/", my_data.ask_erasure, name="ask_erasure"),
    path("data/keep/", my_data.withdraw_erasure, name="withdraw_erasure"),
]
