"""Stand in anybody's place with one click, and read everybody's mail. On this machine alone."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlsplit

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login, logout
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from lms.accounts import factor
from lms.accounts.checks import LOCAL
from lms.demo.accounts import present
from lms.demo.mailbox import text_shown
from lms.demo.standing import is_stale
from lms.mail.letters import paragraphs
from lms.mail.models import OutgoingMessage

MAILS_A_PAGE = 40


def demonstration_only(view):
    """Not found where the demonstration is off, or where the site is asked for by any other
    name than this machine's own."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        host = urlsplit(f"//{request.get_host()}").hostname
        if not settings.DEMO or host not in LOCAL:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(guarded)


@demonstration_only
def people(request):
    """Everybody's place, each behind a button."""
    if request.method == "POST":
        return _enter(request, request.POST.get("email", ""))
    standing = present()
    context = {
        "staff": [account for account, _person in standing if account.is_staff],
        "participants": [account for account, _person in standing if not account.is_staff],
        "is_stale": is_stale(request.at),
    }
    return render(request, "demo/people.html", context)


def _enter(request, email: str):
    """Sign in as one of the demonstration's accounts, second factor included."""
    person = next((person for account, person in present() if account.email == email), None)
    if person is None:
        raise Http404
    logout(request)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, person, method="code", email=person.email)
    if person.is_staff:
        record_authentication(request, person, method=factor.METHOD, type="totp")
        return redirect("wagtailadmin_home")
    with translation.override(person.language):
        return redirect(reverse("home"))


@demonstration_only
def mailbox_list(request):
    """The outbox, newest first; of one address with `?to=`."""
    mails = OutgoingMessage.objects.all()
    if to := request.GET.get("to", "").strip():
        mails = mails.filter(to__iexact=to)
    page = Paginator(mails, MAILS_A_PAGE).get_page(request.GET.get("page"))
    addresses = [account.email for account, _person in present()]
    context = {"mails": page, "to": to, "addresses": addresses}
    return render(request, "demo/mailbox.html", context)


@demonstration_only
def mailbox_message(request, pk):
    mail = get_object_or_404(OutgoingMessage, pk=pk)
    context = {"mail": mail, "paragraphs": paragraphs(text_shown(mail))}
    return render(request, "demo/message.html", context)
