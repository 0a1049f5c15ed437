"""What the coordination sets down before anybody applies: rules of balance, words of a mail."""

from __future__ import annotations

from datetime import datetime

from enrollment.balance.problem import Rule
from enrollment.demo.data import read
from enrollment.models import Edition, Program
from enrollment.services.balancing import save_rules
from enrollment.services.wordings import change_mail
from lms.accounts.models import User
from lms.hooks import DemoStage
from lms.mail.kinds import kinds
from lms.mail.rewording import digest
from lms.mail.wordings import Words, shipped


def state_balance(edition: Edition, stage: DemoStage, *, by: User, at: datetime) -> None:
    """Floors and ceilings of the file. The seed of the lots is the demonstration's own chance."""
    edition.draw_seed = f"{stage.luck(f'lots:{edition.slug}').getrandbits(128):032x}"
    edition.save(update_fields=["draw_seed"])
    save_rules(edition, [Rule(**one) for one in read("office")["balance"]], by=by, at=at)


def reword_mail(program: Program, *, by: User, at: datetime) -> None:
    """One mail says a paragraph more than what the site ships, in each language."""
    says = read("office")["mail"]
    kind, typed, seen = kinds()[says["kind"]], {}, {}
    for language, paragraph in says["adds"].items():
        words = shipped(kind, language, reply_to=program.contact_email)
        typed[language] = Words(words.subject, f"{words.text}\n\n{paragraph}")
        seen[language] = digest(words)
    change_mail(program, kind, typed, seen, by=by, at=at)
