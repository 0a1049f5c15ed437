"""What a discussion asks of each person, and how far it is met: plain values in and out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NONE, PARTIAL, MET = "none", "partial", "met"
WORD = re.compile(r"[^\W_]+(?:[’'.,\-‐‑/][^\W_]+)*")
LINK = re.compile(r"(?:https?:|ftp:|mailto:)\S|\bwww\.\S", re.IGNORECASE)


def count_words(text: str) -> int:
    """Words as a reader would count them, in any Latin alphabet: «fim-de-semana», «d’água»,
    «1.000» and «art. 13.2» are 1, 1, 1 and 2; dashes, bullets and emoji are none. A link is one."""
    return len(WORD.findall(re.sub(r"\S+://\S+|\bwww\.\S+", " x ", text)))


def has_link(text: str) -> bool:
    return LINK.search(text) is not None


@dataclass(frozen=True)
class Rule:
    """One contribution of so many words, and so many replies to others."""

    words: int
    replies: int


@dataclass(frozen=True)
class Act:
    """A post as participation sees it. `to_other`: a reply to a post of somebody else.
    `counts` is no for what its author withdrew and what was hidden for conduct."""

    words: int
    is_reply: bool
    to_other: bool = True
    counts: bool = True


@dataclass(frozen=True)
class Standing:
    """How many of what is asked were made; more than asked is counted on."""

    rule: Rule
    contributions: int = 0
    replies: int = 0
    longest: int = 0

    @property
    def has_contributed(self) -> bool:
        return self.contributions > 0

    @property
    def replies_left(self) -> int:
        return max(0, self.rule.replies - self.replies)

    @property
    def state(self) -> str:
        if self.has_contributed and not self.replies_left:
            return MET
        return PARTIAL if self.has_contributed or self.replies else NONE

    @property
    def missing(self) -> str:
        """“a contribution of at least 80 words and 2 replies to other people”; empty when met."""
        replies = ngettext(
            "%(n)s reply to another person", "%(n)s replies to other people", self.replies_left
        ) % {"n": self.replies_left}
        contribution = ngettext(
            "a contribution of at least %(n)s word",
            "a contribution of at least %(n)s words",
            self.rule.words,
        ) % {"n": self.rule.words}
        if self.has_contributed:
            return replies if self.replies_left else ""
        if not self.replies_left:
            return contribution
        return _("%(contribution)s and %(replies)s") % {
            "contribution": contribution,
            "replies": replies,
        }


def standing(acts: Iterable[Act], rule: Rule) -> Standing:
    """What the person's posts in one discussion amount to."""
    counted = [act for act in acts if act.counts]
    own = [act.words for act in counted if not act.is_reply]
    return Standing(
        rule,
        contributions=sum(words >= rule.words for words in own),
        replies=sum(act.is_reply and act.to_other for act in counted),
        longest=max(own, default=0),
    )
