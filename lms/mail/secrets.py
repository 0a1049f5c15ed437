"""The bodies of mails that carry a code: sealed in the database until they are sent."""

from __future__ import annotations

import base64
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"lms.mail.secrets"


def seal(text: str) -> str:
    """`text` encrypted and signed with a key made from `SECRET_KEY`."""
    return _keys().encrypt(text.encode()).decode()


def unseal(token: str) -> str | None:
    """What was sealed; None where no present key opens it (`SECRET_KEY` was changed)."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = hmac.digest(secret.encode(), PURPOSE, "sha256")
    return base64.urlsafe_b64encode(digest)
