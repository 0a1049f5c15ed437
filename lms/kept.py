"""Facts that are the same for all readers, kept in each process's memory until one changes.

A mark in the shared cache names the state that the kept values show. A request reads it once,
before its first kept value; who changes such a fact sets another mark with `drop`. Outside of
requests nothing is kept, nor in what is left of a request that changed something itself.

Kept values are shared by all requests of the process: nobody changes them. They are as old as the
request: what must not be done after a change, however long a lock was waited for, is asked of the
database.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import monotonic
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language

MARK = "kept:mark"
LONGEST = 300  # seconds
AT_MOST = 1000  # values in a process

_values: dict[tuple, tuple[str, float, object]] = {}
_request: ContextVar[Request | None] = ContextVar("kept_request", default=None)


class Request:
    """What one request knows of the mark. It stays unknown until something kept is asked for."""

    def __init__(self):
        self.mark: str | None = None
        self.has_changed = False

    def read(self) -> str | None:
        if self.mark is None and not self.has_changed:
            self.mark = cache.get(MARK) or new_mark()
        return None if self.has_changed else self.mark


@contextmanager
def in_a_request():
    token = _request.set(Request())
    try:
        yield
    finally:
        _request.reset(token)


def kept(function: Callable) -> Callable:
    """The function, asked once for each of its arguments and each language until a fact changes.
    None is not kept. Arguments are hashable, results depend on nothing but facts."""

    @wraps(function)
    def ask(*args):
        request = _request.get()
        mark = request.read() if request else None
        if mark is None:
            return function(*args)
        key = (function, get_language(), *args)
        found = _values.get(key)
        if found and found[0] == mark and monotonic() < found[1]:
            return found[2]
        value = function(*args)
        if value is not None and request.read() == mark:
            if len(_values) >= AT_MOST:
                _values.clear()
            _values[key] = (mark, monotonic() + LONGEST, value)
        return value

    return ask


def asked_once(function: Callable) -> Callable:
    """The function of a person and an instant, asked once a request, in which hooks of several
    apps ask for the same. The answer stays with the person, whom each request loads anew."""

    @wraps(function)
    def ask(person, at):
        answers = getattr(person, "_asked_once", None)
        if answers is None:
            answers = person._asked_once = {}
        if (function, at) not in answers:
            answers[function, at] = function(person, at)
        return answers[function, at]

    return ask


def know(mark: str | None) -> str:
    """The mark was read together with something else; None where there is none yet."""
    mark = mark or new_mark()
    if request := _request.get():
        request.mark = mark
    return mark


def new_mark() -> str:
    """The mark that all agree on. Where the cache holds none, one that nobody has again: what is
    kept with it is not shown."""
    mark = uuid4().hex
    cache.add(MARK, mark, timeout=None)
    return cache.get(MARK, mark)


def drop(**_sent) -> None:
    """A fact has changed: now for this transaction, and once more when others can read it. Also
    a receiver of signals."""
    _change_mark()
    transaction.on_commit(_change_mark)


def _change_mark() -> None:
    if request := _request.get():
        request.has_changed = True
    cache.set(MARK, uuid4().hex, timeout=None)
