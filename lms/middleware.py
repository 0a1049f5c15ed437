"""The request's instant and its language."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware

from lms import clock


class ArrivalMiddleware:
    """Sets `request.at`, the instant at which the request arrived: the one that counts."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.at = clock.now()
        return self.get_response(request)


class ReaderLocaleMiddleware(LocaleMiddleware):
    """The language of the address; elsewhere that of the cookie, then of the browser.

    Portuguese of any country reads the site's Portuguese (Django falls back from `pt-br` to
    `pt`, not the other way)."""

    def process_request(self, request):
        accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
        if accepted and "pt-br" in dict(settings.LANGUAGES):
            request.META["HTTP_ACCEPT_LANGUAGE"] = ",".join(
                part.replace(part.split(";")[0].strip(), "pt-br", 1)
                if part.split(";")[0].strip().lower() in ("pt", "pt-pt")
                else part
                for part in accepted.split(",")
            )
        super().process_request(request)
