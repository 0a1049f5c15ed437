"""What the site answers outside any app: its front door, and pages for when something is wrong."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control

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
    """A form whose token is too old: says so in the reader's language, keeps nothing back."""
    return render(request, "403_csrf.html", status=403)


def refused(request, reason):
    """A refusal that no view put beside a field: the rule's own words, and nothing was changed."""
    return render(request, "409.html", {"reason": reason}, status=409)
