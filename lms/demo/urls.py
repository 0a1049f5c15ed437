from django.urls import path

from lms.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.people, name="people"),
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<int:pk>/", views.mailbox_message, name="message"),
]
