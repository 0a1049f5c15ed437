"""Another address for the own account: asked for, proved by a code, told to both.

Nothing on these pages tells whether the address opens another account; only who has proved to
read its mail is told."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from lms.accounts import changes, codes, limits
from lms.accounts.forms import AddressForm, BackupForm, CodeForm
from lms.accounts.models import EmailedCode, Purpose
from lms.accounts.views.typed_codes import refused_code, wrong_code
from lms.decisions import DomainError
from lms.hooks import ask

TICKET = "proving"


@never_cache
@login_required
def add_backup(request):
    """Ask for a code to a backup address."""
    reasons = ask("backup_reason", request.user, request.at)
    return _ask(request, Purpose.BACKUP, BackupForm, "accounts/backup.html", reasons=reasons)


@never_cache
@login_required
def change_address(request):
    """Ask for a code to a new main address."""
    return _ask(request, Purpose.CHANGE, AddressForm, "accounts/change.html")


@never_cache
@login_required
@sensitive_post_parameters("code")
def prove(request):
    """The code that came to the other address: right, wrong, or sent again."""
    ticket = _ticket(request)
    if ticket is None:
        return redirect("accounts:settings")
    if request.method != "POST":
        return _code_page(request, ticket, CodeForm())
    if "again" in request.POST:
        return _send_again(request, ticket)
    wrong = wrong_code(request, ticket)
    if wrong is None:
        return _apply(request, ticket)
    return _code_page(request, ticket, wrong)


def _ask(request, purpose, form_class, template, **context):
    form = form_class(request.user, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        decision = limits.may_ask(request, email)
        if decision:
            ticket = codes.send_code(
                purpose, email, language=get_language(), at=request.at, person=request.user
            )
            request.session[TICKET] = ticket.pk
            return redirect("accounts:prove")
        form.add_error("email", decision.reason)
        status = 429
    return render(request, template, {"form": form, **context}, status=status)


def _apply(request, ticket):
    """A backup address that was asked for with a reason leads back to where it matters."""
    is_backup = ticket.purpose == Purpose.BACKUP
    reasons = ask("backup_reason", request.user, request.at) if is_backup else []
    act = changes.add_backup if is_backup else changes.change_address
    try:
        act(request.user, ticket.email, at=request.at)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:settings")
    if is_backup:
        messages.success(request, _("The backup address opens your account from now on."))
    else:
        messages.success(request, _("This is the address of your account from now on."))
    return redirect(reasons[0].url if reasons else "accounts:settings")


def _send_again(request, ticket):
    decision = limits.may_ask(request, ticket.email)
    if not decision:
        return _code_page(request, ticket, refused_code(decision), status=429)
    codes.send_again(ticket, at=request.at)
    messages.success(request, _("We have sent the code once more."))
    return redirect("accounts:prove")


def _code_page(request, ticket, form, status=200):
    context = {"form": form, "ticket": ticket}
    return render(request, "accounts/prove.html", context, status=status)


def _ticket(request) -> EmailedCode | None:
    """The request for a code that this session made, for this person."""
    proving = EmailedCode.objects.filter(pk=request.session.get(TICKET), person=request.user)
    return proving.exclude(purpose=Purpose.ENTER).first()
