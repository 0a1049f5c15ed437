"""What each request knows of its reader: zone, language, second factor."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone, translation
from django.utils.translation import get_language_from_path

from lms.accounts import factor, resume
from lms.accounts.zones import zone_of


class ReaderTimeZoneMiddleware:
    """Times are shown in the zone of the person who is signed in, and pages whose address
    names no language (the admin, documents) in that person's language. Remembers in the
    browser who reads, for a form that outlives the session. What a person was shown is nobody
    else's, whatever a view forgot to say."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.answer(request)
        if request.user.is_authenticated:
            resume.remember_reader(request, response)
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def answer(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        if not get_language_from_path(request.path_info):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zone_of(request.user)):
            return self.get_response(request)


class SecondFactorMiddleware:
    """Staff reach nothing but the account's own pages before the second factor was shown, and
    nobody reaches the admin without it: neither views nor permissions are asked first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if factor.is_missing(request) and not self.is_open(request):
            return redirect(factor.way_to(request))
        return self.get_response(request)

    def is_open(self, request) -> bool:
        """The doors of the second factor, and files of the site's design."""
        if request.path_info.startswith(settings.STATIC_URL):
            return True
        try:
            match = resolve(request.path_info)
        except Http404:
            return False
        return factor.is_open(request.user, match.view_name)
