"""What the mails of a program say: coordinators see which were reworded, write them in each
language, look at them with real data and return to the site's own text."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from hashlib import sha256

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment.models import Program
from enrollment.services.wordings import (
    change_mail,
    kinds_of_programs,
    languages_spoken,
    return_to_shipped,
)
from enrollment.staff.access import COORDINATORS
from enrollment.staff.history import Done, history_of
from enrollment.staff.pages import OfOneProgram, StaffAct, StaffPage
from enrollment.staff.wording_form import NAMES, WordingForm
from lms.decisions import DomainError
from lms.mail.compose import Letter, as_reader
from lms.mail.kinds import Kind
from lms.mail.models import Wording
from lms.mail.rewording import Outdated, digest, stored_words
from lms.mail.wordings import Words, fits, in_words, shipped, words_of


def address_of(program: Program, kind: Kind) -> str:
    app, _mail, name = kind.template.split("/")
    return reverse("enrollment_staff:wording", args=[program.pk, app, name])


class WordingsOfOwn(StaffPage, TemplateView):
    """From the menu: to the mails of one's program, or to a choice among several."""

    roles = COORDINATORS
    page_title = gettext_lazy("Texts of mails")
    header_icon = "mail"
    template_name = "enrollment/staff/wordings_of_own.html"

    def way(self):
        return []

    @cached_property
    def programs(self) -> list[Program]:
        return list(Program.objects.visible_to(self.request.user, *self.roles))

    def get(self, request, *args, **kwargs):
        if len(self.programs) == 1:
            return redirect("enrollment_staff:wordings", self.programs[0].pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(programs=self.programs, **kwargs)


class Wordings(OfOneProgram, TemplateView):
    """Every mail of the program, in the order in which people get them, and which languages of
    each its coordinators have reworded."""

    page_title = gettext_lazy("Texts of mails")
    header_icon = "mail"
    template_name = "enrollment/staff/wordings.html"

    def get_page_subtitle(self):
        return str(self.program)

    def get_context_data(self, **kwargs):
        languages = languages_spoken(self.program)
        rows = Wording.objects.filter(scope=self.program.slug).exclude(text="")
        own = {(row.template, row.language): words_of(row) for row in rows}
        groups: dict[str, list] = {}
        for kind in kinds_of_programs():
            states = [
                (NAMES.get(code, code), _state(kind, own[kind.template, code]))
                for code in languages
                if (kind.template, code) in own
            ]
            shown = (capfirst(str(kind.words)), address_of(self.program, kind), states)
            groups.setdefault(str(kind.group), []).append(shown)
        return super().get_context_data(groups=list(groups.items()), **kwargs)


def _state(kind: Kind, own: Words | None) -> str:
    if own is None:
        return ""
    return "own" if fits(kind, own) else "unfit"


class OfOneKind(OfOneProgram):
    @cached_property
    def kind(self) -> Kind:
        template = "{app}/mail/{name}".format(**self.kwargs)
        found = [kind for kind in kinds_of_programs() if kind.template == template]
        if not found:
            raise Http404
        return found[0]

    def get_page_title(self):
        return capfirst(str(self.kind.words))

    def way(self):
        url = reverse("enrollment_staff:wordings", args=[self.program.pk])
        return [*super().way(), (Wordings.page_title, url)]

    def get_success_url(self):
        return address_of(self.program, self.kind)


@dataclass(frozen=True)
class Conflict:
    """What somebody else made of a language while it was being typed."""

    language: str
    lang: str
    words: Words
    last: Done | None


class EditWording(OfOneKind, TemplateView):
    """GET shows the texts as they are, with the data of a real letter. A POST shows what was
    typed in the same way, and once that was seen saves it."""

    header_icon = "mail"
    template_name = "enrollment/staff/wording.html"
    is_previewed = False

    @cached_property
    def languages(self) -> list[str]:
        return languages_spoken(self.program)

    @cached_property
    def of_the_site(self) -> dict[str, Words]:
        office = self.program.contact_email
        return {code: shipped(self.kind, code, reply_to=office) for code in self.languages}

    @cached_property
    def own(self) -> dict[str, Words]:
        return stored_words(self.kind, self.program.slug)

    @property
    def standing(self) -> dict[str, Words]:
        """What the page shows and a save is measured against."""
        return {code: self.own.get(code, self.of_the_site[code]) for code in self.languages}

    @cached_property
    def rows(self) -> dict[str, Wording]:
        found = Wording.objects.filter(scope=self.program.slug, template=self.kind.template)
        return {row.language: row for row in found}

    def get(self, request, *args, **kwargs):
        self.form = WordingForm(self.program, self.kind, self.standing)
        self.form.letter = self.kind.found(self.program.slug, "")
        self.conflicts = []
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        posted = request.POST
        seen = {code: posted.get(f"seen_{code}", "") for code in self.languages}
        self.form = WordingForm(self.program, self.kind, self.standing, posted, seen=seen)
        self.conflicts = []
        if not self.form.is_valid():
            messages.error(request, _("Nothing was saved: see what is marked below."))
        elif late := self.changed_by_others():
            self.say_who_was_faster(late)
        elif "save" in posted and self.was_previewed():
            return self.save()
        else:
            self.is_previewed = bool(self.form.anew())
            if not self.is_previewed:
                messages.info(request, _("Nothing differs from what is sent now."))
        return self.render_to_response(self.get_context_data())

    def changed_by_others(self) -> list[str]:
        return [
            code
            for code, words in self.form.anew().items()
            if self.form.seen[code] != digest(self.standing[code]) and words != self.standing[code]
        ]

    def was_previewed(self) -> bool:
        if self.request.POST.get("previewed") == self.digest():
            return True
        messages.warning(self.request, LOOK_AGAIN)
        return False

    def digest(self) -> str:
        """Of what was previewed, by which it is known again."""
        return sha256(json.dumps(self.form.typed()).encode()).hexdigest()

    def save(self):
        form, who, at = self.form, self.request.user, self.request.at
        try:
            count = change_mail(self.program, self.kind, form.typed(), form.seen, by=who, at=at)
        except Outdated as refusal:
            self.__dict__.pop("own", None)
            self.__dict__.pop("rows", None)
            self.say_who_was_faster(refusal.languages)
            return self.render_to_response(self.get_context_data())
        except DomainError as refusal:
            self.form.add_error(None, str(refusal.reason))
            messages.error(self.request, _("Nothing was saved: see what is marked below."))
            return self.render_to_response(self.get_context_data())
        said = ngettext(
            "Saved: %(count)d language changed. The next mails say so.",
            "Saved: %(count)d languages changed. The next mails say so.",
            count,
        )
        messages.success(self.request, said % {"count": count})
        return redirect(self.get_success_url())

    def say_who_was_faster(self, languages: list[str]) -> None:
        """Both texts are shown; whoever saves again after that knows what they replace."""
        messages.error(self.request, FASTER)
        for code in languages:
            words = self.standing[code]
            last = next(iter(history_of(self.rows.get(code))), None)
            self.conflicts.append(Conflict(NAMES.get(code, code), code, words, last))
            self.form.seen[code] = digest(words)
        self.is_previewed = True

    # -- what is shown -----------------------------------------------------------------------

    def previews(self) -> dict[str, Words]:
        """The letter in each language in which nothing is wrong; none for an unknown reader."""
        if "reader" in self.form.errors:
            return {}
        texts = self.form.good() if self.form.is_bound else self.standing
        return {code: self._preview(code, words) for code, words in texts.items()}

    def _preview(self, code: str, words: Words) -> Words:
        if not fits(self.kind, words):
            words = self.of_the_site[code]
        letter = self.form.letter
        if letter is None:
            with translation.override(code):
                return in_words(words, self.kind.examples())
        with as_reader(replace(letter, language=code)):
            return in_words(words, self.kind.values(letter.context))

    def languages_shown(self, previews: dict[str, Words]) -> list[tuple]:
        """(code, name, its two fields, its letter)."""
        return [
            (code, NAMES.get(code, code), self.form.fields_of(code), previews.get(code))
            for code in self.languages
        ]

    def placeholders(self) -> list[tuple]:
        """(as it is typed, what it is, its sort, whether each text needs it, whether some readers
        have none, an example)."""
        letter = self.form.letter
        examples = self.kind.examples()
        if letter is not None:
            with as_reader(replace(letter, language="")):
                values = self.kind.values(letter.context)
                examples = {name: str(value) for name, value in values.items()}
        return [
            (
                f"{{{one.name}}}",
                one.about,
                one.sort.label,
                one.name in self.kind.needed,
                one.is_optional,
                examples[one.name],
            )
            for one in self.kind.placeholders
        ]

    def whose(self, letter: Letter) -> str:
        """`Rosa Medina <rosa@…>`, or the address alone where the mail bears no name."""
        named = str(self.kind.values(letter.context).get("name", ""))
        return f"{named} <{letter.person.email}>" if named else letter.person.email

    def states(self) -> list[tuple[str, str, str, str]]:
        """(code, name, state, digest) of each language as it is stored."""
        return [
            (code, NAMES.get(code, code), _state(self.kind, self.own.get(code)), digest(words))
            for code, words in self.standing.items()
        ]

    def get_context_data(self, **kwargs):
        letter, previews = self.form.letter, self.previews()
        history = [
            (NAMES.get(code, code), code, done)
            for code, row in self.rows.items()
            for done in history_of(row)
        ]
        return super().get_context_data(
            form=self.form,
            seen=self.form.seen.items(),
            conflicts=self.conflicts,
            placeholders=self.placeholders(),
            whose=letter and self.whose(letter),
            previews=previews,
            languages=self.languages_shown(previews),
            is_previewed=self.is_previewed,
            previewed=self.digest() if self.is_previewed else "",
            states=self.states(),
            history=sorted(history, key=lambda one: one[2].at, reverse=True),
            back=self.way()[-1][1],
            **kwargs,
        )


LOOK_AGAIN = gettext_lazy(
    "This is not what was previewed. Nothing was saved: look at it as it is now, and save it then."
)
FASTER = gettext_lazy(
    "This text was changed while you wrote. Nothing was saved: both texts are below."
)


class ReturnToShipped(OfOneKind, StaffAct):
    """The site's own text again, in one language."""

    def act(self):
        language = self.kwargs["language"]
        if language not in languages_spoken(self.program):
            raise Http404
        seen = self.request.POST.get("seen", "")
        return_to_shipped(
            self.program, self.kind, language, seen, by=self.request.user, at=self.request.at
        )
        return _("%(language)s: the site’s own text is sent again.") % {
            "language": NAMES.get(language, language)
        }
