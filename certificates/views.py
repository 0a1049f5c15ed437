"""Verification for anybody; a person's own certificates, and their PDF."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates import queries, rules, services
from certificates.forms import CodeForm, PrintedNameForm
from certificates.models import Certificate
from certificates.serials import as_typed
from lms.accounts import limits


@never_cache
@require_safe
def verify(request):
    """Asks for a code; `?code=` leads to the address of that certificate."""
    form = CodeForm(request.GET or None)
    if form.is_valid():
        return redirect("certificates:verify_code", form.cleaned_data["code"])
    return render(request, "certificates/verify.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request, code):
    """What the paper says, to whoever holds its code: never more than is printed on it."""
    certificate = queries.by_code(code)
    if certificate is None:
        form = CodeForm({"code": as_typed(code)[:60]})
        return render(request, "certificates/not_found.html", {"form": form}, status=404)
    if not certificate.can_be_verified:
        return render(request, "certificates/verified.html", {"certificate": certificate})
    context = {"certificate": certificate, **printed(certificate)}
    if certificate.name_hash and certificate.is_valid:
        form = PrintedNameForm(request.POST or None)
        context["form"] = form
        if form.is_valid():
            if not (decision := limits.may_try_name(request, certificate.serial)):
                form.add_error("name", decision.reason)
                return render(request, "certificates/verified.html", context, status=429)
            context["answer"] = services.answers_to(certificate, form.cleaned_data["name"])
    return render(request, "certificates/verified.html", context)


def printed(certificate: Certificate) -> dict:
    """What is on the paper, each text in the language of the paper, its days as dates."""
    paper, snapshot = certificate.paper, certificate.snapshot
    days = {key: date.fromisoformat(snapshot[key]) for key in ("start", "end", "issued_on")}
    texts = {
        f"{key}_text": paper.text(snapshot[key])
        for key in ("title", "program", "edition", "organizer")
    }
    return {
        **days,
        **texts,
        "hours": snapshot["hours"],
        "phases": paper.phases(),
        "signatories": paper.signatories(),
    }


@login_required
def mine(request):
    return render(
        request, "certificates/mine.html", {"certificates": queries.held_by(request.user)}
    )


@login_required
@require_safe
def download(request, serial):
    """The PDF, to its holder alone."""
    certificate = get_object_or_404(queries.held_by(request.user), serial=serial)
    if not rules.can_download(certificate, request.user):
        raise Http404
    response = HttpResponse(services.pdf_of(certificate), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{certificate.printed_serial}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
