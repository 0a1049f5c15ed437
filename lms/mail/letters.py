"""A row of the outbox as an e-mail: its text, and the same text as simple HTML."""

from __future__ import annotations

import re
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lms.mail.models import OutgoingMessage
from lms.mail.secrets import unseal
from lms.multilingual import site_name
from lms.typed import lines

LINK_STYLE = "color:#0b4f6c"
CODE_STYLE = "font-size:28px;letter-spacing:4px"


class Unreadable(Exception):
    """The sealed text opens with no present key."""


def email_of(message: OutgoingMessage, connection=None) -> EmailMultiAlternatives:
    """The mail as it is sent. Raises `Unreadable` where a code's text cannot be opened."""
    text = text_of(message)
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        from_email=_sender(message.language),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
        connection=connection,
    )
    email.attach_alternative(html_of(message, text), "text/html")
    # Providers give it back with a bounce; over SMTP nobody reads it.
    email.metadata = {"message": str(message.pk)}
    return email


def text_of(message: OutgoingMessage) -> str:
    """The text, a code's unsealed."""
    if not message.is_code:
        return message.text
    text = unseal(message.text) if message.text else None
    if text is None:
        raise Unreadable
    return text


def html_of(message: OutgoingMessage, text: str) -> str:
    """A page for mail programs: no image, nothing fetched, nothing that tells who read it."""
    return render_to_string(
        "mail/letter.html",
        {
            "subject": message.subject,
            "language": message.language,
            "site_name": site_name(message.language),
            "paragraphs": paragraphs(text),
        },
    )


def paragraphs(text: str) -> list[SafeString]:
    """The text's paragraphs as HTML. What people wrote is escaped and never becomes a link:
    a link is a whole line that is an address of this site."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return [mark_safe("<br>".join(_line(line) for line in lines(block))) for block in blocks]


def _line(line: str) -> str:
    bare = line.strip()
    if bare.startswith(settings.SITE_URL + "/") and " " not in bare:
        return format_html('<a href="{0}" style="{1}">{0}</a>', bare, LINK_STYLE)
    if re.fullmatch(r"\d{6}", bare):
        return format_html('<strong style="{}">{}</strong>', CODE_STYLE, bare)
    return conditional_escape(line)


def _sender(language: str) -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or site_name(language), address))
