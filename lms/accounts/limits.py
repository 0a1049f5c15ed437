"""How often codes can be asked for and guessed at: high for a network address, because a whole
court may stand behind one, tight for a mailbox from one network, and wider for the mailbox as a
whole, or anybody who knows an address could lock its owner out. The rates are
`ACCOUNT_RATE_LIMITS`."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import normal_address
from lms.decisions import ALLOWED, Decision, refused


def may_ask(request, email: str) -> Decision:
    """Whether one more code can be mailed to `email` (counts the asking). The answer is the
    same whether or not the address opens an account."""
    mailbox = normal_address(email)
    here = f"{mailbox} {get_adapter().get_client_ip(request)}"
    if ratelimit.consume(request, action="request_login_code", key=here) and ratelimit.consume(
        request, action="code_to_mailbox", key=mailbox
    ):
        return ALLOWED
    return refused(
        "too_many_codes",
        _(
            "Too many codes were asked for. Use the last one that arrived, or wait 20 minutes "
            "and ask again."
        ),
    )


def may_guess(request) -> Decision:
    """Whether this network may try one more code (counts the try)."""
    if ratelimit.consume(request, action="confirm_login_code"):
        return ALLOWED
    return refused(
        "too_many_tries", _("Too many codes were tried from your network. Wait a minute.")
    )


def may_try_name(request, code: str) -> Decision:
    """Whether one more name may be tried against the certificate with this code (counts it)."""
    if ratelimit.consume(request, action="printed_name", key=code):
        return ALLOWED
    return refused(
        "too_many_names", _("Too many names were tried with this code. Try again in an hour.")
    )


def may_try_extension(request) -> Decision:
    """Whether the person may try one more code that opens a closed window (counts it)."""
    if ratelimit.consume(request, action="extension_code", key=str(request.user.pk)):
        return ALLOWED
    return refused("too_many_tries", _("Too many codes were tried. Wait ten minutes."))


def may_upload(request) -> Decision:
    """Whether the person may send one more file (counts it)."""
    if ratelimit.consume(request, action="uploaded_file", key=str(request.user.pk)):
        return ALLOWED
    return refused(
        "too_many_files_sent",
        _("Too many files were sent in the last hour. Choose this one again later."),
    )


def may_write_proof(request) -> Decision:
    """Whether the person may write one more proof of an earlier course (counts it)."""
    if ratelimit.consume(request, action="course_proof", key=str(request.user.pk)):
        return ALLOWED
    return refused(
        "too_many_proofs",
        _("You have written it many times. What was sent last is kept: write it anew in an hour."),
    )


def may_keep_form(request) -> bool:
    """Whether one more form of somebody who is not signed in may be kept (counts it)."""
    return bool(ratelimit.consume(request, action="kept_form"))
