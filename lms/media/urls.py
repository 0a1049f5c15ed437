from django.urls import re_path

from lms.media import views

# The signs that a storage leaves in a file's name; it never begins with a dot.
urlpatterns = [re_path(r"^images/(?P<name>[-\w][-\w.]*)$", views.rendition)]
