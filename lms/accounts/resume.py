"""A form that was sent after the session had ended is kept over the entrance and handed back.

A view that changes something asks first, and takes what was kept when it draws its form:

    if request.user.is_anonymous:
        return resume.to_entrance(request)          # keeps a POST, then asks for a code
    ...
    form = ApplicationForm(resume.take(request, request.path) or None, ...)

What was typed waits in the new session for an hour, at one address, and only for the person whom
this browser knew last: a stranger at a shared computer gets nothing of it. Files are not kept: the
form says in `FILES_LOST` which of its controls had one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from lms.accounts import limits

SESSION_KEY = "kept_form"
READER_COOKIE = "reader"
READER_COOKIE_AGE = 60 * 60 * 24 * 365
KEPT_FOR = timedelta(hours=1)
MOST_FILES = 20
MOST = 200_000  # characters, as the browser sends them; nobody types more
FILES_LOST = "files_lost"
NEVER_KEPT = ("csrfmiddlewaretoken", "code", FILES_LOST)


def keep(request, path: str = "") -> None:
    """Keep the POSTed form for the page at `path` (default: the address it was sent to); nothing
    where it is too long, or where its network has had too many kept."""
    form = request.POST.copy()
    for name in NEVER_KEPT:
        form.pop(name, None)
    if request.FILES:
        form.setlist(FILES_LOST, list(request.FILES)[:MOST_FILES])
    text = form.urlencode()
    is_typed = request.method == "POST" and form and len(text) <= MOST
    if is_typed and limits.may_keep_form(request):
        request.session[SESSION_KEY] = {
            "path": path or request.path,
            "form": text,
            "reader": last_reader(request),
            "at": request.at.isoformat(),
        }


def take(request, path: str) -> QueryDict | None:
    """The form kept for the page at `path`, once, for who typed it; else None."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["path"] != path or not request.user.is_authenticated:
        return None
    del request.session[SESSION_KEY]
    is_theirs = kept["reader"] in (None, str(request.user.pk))
    is_fresh = request.at - datetime.fromisoformat(kept["at"]) < KEPT_FOR
    return QueryDict(kept["form"]) if is_theirs and is_fresh else None


def to_entrance(request, goal: str = ""):
    """Keep a POSTed form and ask for a code; then back to `goal` (default: this address)."""
    keep(request, goal)
    return redirect_to_login(goal or request.get_full_path())


def last_reader(request) -> str | None:
    """Who was signed in last in this browser: the key of the account, as text."""
    try:
        return Signer(salt=READER_COOKIE).unsign(request.COOKIES.get(READER_COOKIE, ""))
    except BadSignature:
        return None


def remember_reader(request, response) -> None:
    """Note in the browser, beyond the session, whose account it serves. It opens nothing."""
    if last_reader(request) != str(request.user.pk):
        response.set_cookie(
            READER_COOKIE,
            Signer(salt=READER_COOKIE).sign(str(request.user.pk)),
            max_age=READER_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
