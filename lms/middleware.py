"""The request's instant, its language, and what every answer gets."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from lms import clock, kept, views
from lms.decisions import DomainError
from lms.work import health


class HealthMiddleware:
    """Answers machines at /healthz before anything else: no host name to know, no redirect to
    https, no session. /healthz/web is for load balancers: it says nothing of the worker."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        of = HEALTH.get(request.path_info)
        return views.healthz(of(clock.now())) if of else self.get_response(request)


HEALTH = {"/healthz": health.of_the_site, "/healthz/web": health.of_the_web}


class ArrivalMiddleware:
    """Sets `request.at`, the instant at which the request arrived: the one that counts. From here
    on what is the same for all readers is kept: see `lms.kept`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.at = clock.now()
        with kept.in_a_request():
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

    def process_response(self, request, response):
        """What a view did not find in an address without a language is in no language either."""
        if response.status_code == 404 and getattr(request, "resolver_match", None):
            response.headers.setdefault("Content-Language", translation.get_language())
            return response
        return super().process_response(request, response)


class RefusalMiddleware:
    """A `DomainError` that no view caught becomes a page with the rule's reason."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        return views.refused(request, exception) if isinstance(exception, DomainError) else None


class AdminPolicyMiddleware:
    """Wagtail's admin needs inline styles and scripts: a policy of its own, there only."""

    def __init__(self, get_response):
        self.get_response = get_response
        policy = settings.ADMIN_CONTENT_SECURITY_POLICY
        self.policy = "; ".join(f"{name} {' '.join(policy[name])}" for name in policy)

    def __call__(self, request):
        response = self.get_response(request)
        if request.path_info.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
