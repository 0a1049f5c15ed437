"""What the site answers outside any app: its front door, and pages for when something is wrong."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from lms.accounts import resume

ENTRANCE = ("accounts:enter", "accounts:code")

ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /documents/
Disallow: /*/account/
Disallow: /*/my/
Sitemap: {sitemap}
"""


def front_door(request):
    """To the first page in the reader's language: the account's, the cookie's, the browser's."""
    language = getattr(request.user, "language", "") or get_language()
    response = redirect(f"/{language}/")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@cache_control(max_age=86400, public=True)
def robots(request):
    text = ROBOTS.format(sitemap=request.build_absolute_uri("/sitemap.xml"))
    return HttpResponse(text, content_type="text/plain")


@cache_control(max_age=86400, public=True)
def favicon(request):
    return redirect(static("lms/favicon.ico"), permanent=False)


def healthz(health):
    """For machines: figures and names, no texts; 503 when something is wrong."""
    others = {f.name: {"ok": f.level != "error"} for f in health.findings}
    body = {"status": "ok" if health.is_well else "error", "checks": {**others, **health.figures}}
    response = JsonResponse(body, status=200 if health.is_well else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def stale_form(request, reason=""):
    """A form whose token is too old. A sign-in changes the token: whoever signed in in another tab
    is led on, and what they typed waits for its page. Nothing is kept of what another site sent:
    there the token was not even looked at, and the cookie of the session does not come along."""
    if not request.user.is_authenticated:
        return render(request, "403_csrf.html", status=403)
    if request.resolver_match.view_name in ENTRANCE:
        messages.info(request, _("You are signed in already: there is nothing more to type."))
        query = urlencode({"next": request.POST.get("next") or request.GET.get("next", "")})
        return redirect(f"{reverse('accounts:enter')}?{query}")
    if "token" in reason:
        resume.keep(request)
    return render(request, "403_csrf.html", {"page": _page_of(request)}, status=403)


def _page_of(request) -> str:
    """The page that had the form: of this site, or the participant's own."""
    page, host = request.headers.get("Referer", ""), request.get_host()
    is_ours = url_has_allowed_host_and_scheme(page, {host}, require_https=request.is_secure())
    return page if is_ours else reverse("home")


def refused(request, reason):
    """A refusal that no view put beside a field: the rule's own words, and nothing was changed."""
    return render(request, "409.html", {"reason": reason}, status=409)
