"""The entrance: an address, then the code sent to it. Nothing on these pages tells whether the
address has an account; that is looked up only when the code was right."""

from __future__ import annotations

from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.signing import BadSignature, Signer
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from lms.accounts import codes, factor_rescue, limits, services
from lms.accounts.forms import CodeForm, EnterForm
from lms.accounts.models import EmailedCode, Purpose
from lms.accounts.views import cancelling
from lms.accounts.views.typed_codes import refused_code, wrong_code

TICKET_COOKIE = "entering"
TICKET_LIFETIME = 60 * 60


@never_cache
def enter(request):
    """One form that signs in or up."""
    if request.user.is_authenticated:
        return redirect(_open_next(request) or reverse("home"))
    form = EnterForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "accounts/enter.html", form)
    decision = limits.may_ask(request, form.cleaned_data["email"])
    if not decision:
        form.add_error("email", decision.reason)
        return _page(request, "accounts/enter.html", form, status=429)
    ticket = codes.send_code(
        Purpose.ENTER, form.cleaned_data["email"], language=get_language(), at=request.at
    )
    return _hand_over(redirect(_with_next(request, "accounts:code")), ticket)


@never_cache
@sensitive_post_parameters("code")
def code(request):
    """The code: right, wrong, or sent again."""
    ticket = _ticket(request)
    if ticket is None:
        return redirect(_with_next(request, "accounts:enter"))
    if request.method != "POST":
        return _code_page(request, ticket, CodeForm())
    if "again" in request.POST:
        return _send_again(request, ticket)
    wrong = wrong_code(request, ticket)
    if wrong is None:
        return _open(request, ticket)
    return _code_page(request, ticket, wrong)


@require_POST
def leave(request):
    """Sign out."""
    language = get_language()
    logout(request)
    messages.success(request, _("You are signed out. Nobody can go on from this device."))
    response = redirect(f"/{language}/")
    response.headers["Clear-Site-Data"] = '"cache"'  # or the Back button shows the last page again
    return response


def _open(request, ticket):
    entrance = services.enter(
        ticket.email,
        language=ticket.language,
        at=request.at,
        time_zone=request.POST.get("time_zone", ""),
    )
    if entrance.change is not None:
        return cancelling.open_door(request, entrance.change)
    if factor_rescue.apply(entrance.person, at=request.at):
        entrance.person.refresh_from_db()
    record_authentication(request, entrance.person, method="code", email=ticket.email)
    login = Login(user=entrance.person, email=ticket.email, redirect_url=_next(request))
    return perform_login(request, login)


def _send_again(request, ticket):
    decision = limits.may_ask(request, ticket.email)
    if not decision:
        return _code_page(request, ticket, refused_code(decision), status=429)
    ticket = codes.send_again(ticket, at=request.at)
    url = _with_next(request, "accounts:code", sent="again")
    return _hand_over(redirect(url), ticket)


def _code_page(request, ticket, form, status=200):
    context = {"ticket": ticket, "sent_again": request.GET.get("sent") == "again"}
    return _page(request, "accounts/code.html", form, status, **context)


def _page(request, template, form, status=200, **context):
    context |= {"form": form, "next": _next(request)}
    return render(request, template, context, status=status)


def _next(request) -> str:
    """Where to go after entering; only addresses of this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if get_adapter().is_safe_url(target) else ""


def _open_next(request) -> str:
    """The same, but for the admin where this person may not enter it: it would send them back
    here, without end."""
    target = _next(request)
    is_of_admin = urlsplit(target).path.startswith(reverse("wagtailadmin_home"))
    is_shut = is_of_admin and not request.user.has_perm("wagtailadmin.access_admin")
    return "" if is_shut else target


def _with_next(request, name: str, **query) -> str:
    target = _next(request)
    query |= {"next": target} if target else {}
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def _hand_over(response, ticket):
    """Bind the request for a code to this browser, apart from the session: the session's key
    changes at sign-in, and the second half of a double click still carries the old one."""
    response.set_cookie(
        TICKET_COOKIE,
        Signer(salt=TICKET_COOKIE).sign(str(ticket.pk)),
        max_age=TICKET_LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _ticket(request) -> EmailedCode | None:
    try:
        pk = Signer(salt=TICKET_COOKIE).unsign(request.COOKIES.get(TICKET_COOKIE, ""))
    except BadSignature:
        return None
    return EmailedCode.objects.filter(pk=pk, purpose=Purpose.ENTER).first()
