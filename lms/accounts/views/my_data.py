"""What the privacy notice promises: all data at once, and erasure with one button."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms import journal
from lms.accounts import export, privacy
from lms.accounts.forms import ErasureForm


@never_cache
@login_required
def my_data(request):
    """The page with the buttons."""
    asked = request.user.erasure_requests.open().first()
    return render(request, "accounts/my_data.html", {"form": ErasureForm(), "asked": asked})


@never_cache
@login_required
def read(request):
    """All data as a page."""
    context = {"nodes": export.as_nodes(request.user), "at": request.at}
    return render(request, "accounts/read_data.html", context)


@never_cache
@require_POST
@login_required
def download(request):
    """All data as one file; every download is logged."""
    packed = export.as_zip(request.user, request.at)
    journal.record(request.user, "accounts.download_data", by=request.user, at=request.at)
    name = f"data-{request.at:%Y-%m-%d}.zip"
    return FileResponse(packed, as_attachment=True, filename=name, content_type="application/zip")


@require_POST
@login_required
def ask_erasure(request):
    form = ErasureForm(request.POST)
    form.full_clean()
    privacy.ask_erasure(request.user, **form.cleaned_data, at=request.at)
    messages.success(request, _("We received your request, and confirm it by mail."))
    return redirect("accounts:my_data")


@require_POST
@login_required
def withdraw_erasure(request):
    privacy.withdraw_erasure(request.user, at=request.at)
    messages.success(request, _("Your request was taken back. Nothing is erased."))
    return redirect("accounts:my_data")
