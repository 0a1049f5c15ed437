"""A letter to everybody in a listing: written in the languages of the edition, previewed with real
readers, and sent to exactly the people that were shown."""

from __future__ import annotations

import json
from hashlib import sha256
from secrets import randbelow

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages

from enrollment import emails
from enrollment.forms.typed import Line, Paragraphs
from enrollment.models import Application, Edition, Enrollment
from enrollment.services.letters import (
    CHUNK,
    OF_LETTERS,
    PLACEHOLDERS,
    GroupLetter,
    keys_among,
    languages_among,
    languages_of,
    readers,
    write_letter,
)
from enrollment.staff.access import COORDINATORS
from enrollment.staff.applications import (
    ApplicationFilters,
    ApplicationListing,
    applications_for,
)
from enrollment.staff.chosen import listed, named, sealed, unsealed
from enrollment.staff.pages import StaffPage
from enrollment.staff.places import PlaceFilters, PlaceListing
from lms.decisions import DomainError
from lms.mail.models import LONGEST_SUBJECT, LONGEST_TEXT
from lms.mail.wordings import MISSING, unknown_faults

SALT = "enrollment.staff.letters"
NUMBERS = 2**31 - 1  # as many as the outbox's versions
NAMES = dict(settings.LANGUAGES)


class LetterForm(forms.Form):
    """Subject and text in each language of the edition, and who gets which where one is left out.
    `content()` is `{language: (subject, text)}`."""

    fallback = forms.ChoiceField(
        label=gettext_lazy("Whoever reads another language gets"),
        help_text=gettext_lazy("Also those for whose language you write nothing."),
    )

    def __init__(self, edition: Edition, data=None, initial=None):
        languages = languages_of(edition)
        super().__init__(data, initial={"fallback": languages[0], **(initial or {})})
        self.languages = languages
        self.fields["fallback"].choices = [(code, NAMES.get(code, code)) for code in languages]
        for code in languages:
            self._add_language(code)
        self.order_fields([f"{part}_{code}" for code in languages for part in ("subject", "text")])

    def _add_language(self, code: str) -> None:
        named = {"language": NAMES.get(code, code)}
        lang = {"lang": code}
        self.fields[f"subject_{code}"] = Line(
            label=_("Subject (%(language)s)") % named,
            max_chars=LONGEST_SUBJECT,
            required=False,
            widget=forms.TextInput(attrs=lang),
        )
        self.fields[f"text_{code}"] = Paragraphs(
            label=_("Text (%(language)s)") % named,
            max_chars=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": 8, **lang}),
        )

    def clean(self):
        values = super().clean()
        for code in self.languages:
            self._clean_language(code, values)
        return values

    def _clean_language(self, code: str, values: dict) -> None:
        parts = {part: f"{part}_{code}" for part in ("subject", "text")}
        for field in parts.values():
            for fault in unknown_faults(values.get(field, ""), PLACEHOLDERS):
                self.add_error(field, fault)
        is_needed = values.get("fallback") == code
        given = [part for part, field in parts.items() if values.get(field)]
        for part, field in parts.items():
            if part not in given and field not in self.errors and (given or is_needed):
                self.add_error(field, MISSING[part])

    def content(self) -> dict[str, tuple[str, str]]:
        values = self.cleaned_data
        return {
            code: (values[f"subject_{code}"], values[f"text_{code}"])
            for code in self.languages
            if values[f"subject_{code}"]
        }


class WriteLetter(StaffPage, TemplateView):
    """GET shows how many are meant, and keeps their list, signed, in the form. A POST shows the
    letter as real readers get it, and once that was seen sends it, to that list: what a filter
    would find by then makes no difference. Nothing is stored before."""

    roles = COORDINATORS
    template_name = "enrollment/staff/write_letter.html"
    header_icon = "mail"
    page_title = gettext_lazy("Write to these people")
    model: type = Application
    filters: type = ApplicationFilters
    listing: type = ApplicationListing
    path = ""
    form = None
    is_previewed = False

    def rows(self) -> QuerySet:
        return self.model.objects.visible_to(self.request.user, *self.roles)

    @property
    def back(self) -> str:
        kept = self.request.GET.copy()
        for name in ("of", "id"):
            kept.pop(name, None)
        return f"{reverse(self.listing.index_url_name)}?{kept.urlencode()}"

    def way(self):
        return [(self.listing.page_title, self.back)]

    def get_page_subtitle(self):
        return str(self.edition)

    # -- whom it is for --------------------------------------------------------------------

    def chosen(self) -> list[int]:
        if self.request.GET.get("of") == "all":
            rows = self.rows()
            return listed(self.request, self.request.GET, rows, self.filters, self.path)
        return named(self.request.GET)

    @cached_property
    def edition(self) -> Edition:
        """The one edition that the people are of."""
        editions = Edition.objects.visible_to(self.request.user, *self.roles)
        return editions.select_related("program").get(pk=self.edition_id)

    def editions_of(self, keys: list[int]) -> set[int]:
        rows, found = self.rows().order_by(), set()
        for start in range(0, len(keys), CHUNK):
            chunk = rows.filter(pk__in=keys[start : start + CHUNK])
            found.update(chunk.values_list("edition", flat=True).distinct())
        return found

    def get(self, request, *args, **kwargs):
        keys = self.chosen()
        editions = self.editions_of(keys)
        if len(editions) != 1:
            messages.warning(request, NOBODY if not editions else SEVERAL)
            return redirect(self.back)
        self.edition_id, self.number = editions.pop(), randbelow(NUMBERS) + 1
        self.keys = keys_among(self.model, self.edition, keys)
        self.left_out = len(keys) - len(self.keys)
        if not self.keys:
            messages.warning(request, NOBODY)
            return redirect(self.back)
        self.form = LetterForm(self.edition)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        kept = unsealed(request.user, request.POST.get("chosen", ""), SALT)
        self.edition_id, shown, self.number, self.left_out, of = kept
        visible = self.rows().filter(edition=self.edition_id).exists()
        if of != self.model.__name__ or not visible:
            messages.warning(request, NOBODY)
            return redirect(self.back)
        self.keys = keys_among(self.model, self.edition, shown)
        self.form = LetterForm(self.edition, request.POST)
        self.has_changed = len(self.keys) != len(shown)
        self.left_out += len(shown) - len(self.keys)
        if not self.form.is_valid():
            messages.error(request, _("Nothing was sent: see what is marked below."))
        else:
            self.is_previewed = bool(self.keys)
            if "send" in request.POST and self.may_send():
                return self.send()
        return self.render_to_response(self.get_context_data())

    def may_send(self) -> bool:
        """Only what was previewed, to those who were counted then."""
        if self.has_changed:
            messages.warning(self.request, FEWER)
            return False
        if self.request.POST.get("previewed") != self.digest():
            messages.warning(self.request, LOOK_AGAIN)
            return False
        return bool(self.keys)

    def send(self):
        who, at = self.request.user, self.request.at
        written = emails.group_letters(self.letter, self.edition).exists()
        try:
            count = write_letter(self.letter, self.model, self.edition, self.keys, by=who, at=at)
        except DomainError as refusal:
            messages.error(self.request, str(refusal.reason))
            return self.render_to_response(self.get_context_data())
        if written:
            messages.info(self.request, _("This letter was written before: nobody gets it twice."))
        else:
            said = ngettext("Written to %(count)d person.", "Written to %(count)d people.", count)
            messages.success(self.request, said % {"count": count})
        kind = "enrollment/mail/group_letter"
        return redirect(f"{reverse('enrollment_staff:messages')}?template={kind}")

    # -- what it says ----------------------------------------------------------------------

    @property
    def letter(self) -> GroupLetter:
        content, fallback = self.form.content(), self.form.cleaned_data["fallback"]
        return GroupLetter(self.number, content, fallback)

    def digest(self) -> str:
        """Of what is sent and to whom: what was previewed is known again by it."""
        told = [self.number, self.keys, self.form.content(), self.form.cleaned_data["fallback"]]
        return sha256(json.dumps(told).encode()).hexdigest()

    def previews(self, counts) -> list[dict]:
        """For each language that somebody reads, how many do, and the letter of the first."""
        first = {}
        for chunk in readers(self.model, self.edition, self.keys):
            for language in counts.keys() - first.keys():
                if row := chunk.filter(person__language=language).first():
                    first[language] = row
            if counts.keys() == first.keys():
                break
        return [self._preview(language, first[language]) for language in first]

    def _preview(self, language: str, row) -> dict:
        subject, text = emails.group_letter_shown(row, self.letter, self.edition)
        written = self.letter.language_for(language)
        return {
            "to": f"{emails.name_of(row)} <{row.person.email}>",
            "language": NAMES.get(language, language),
            "lang": written,
            "instead": "" if written == language else NAMES.get(written, written),
            "subject": subject,
            "text": text,
        }

    def get_context_data(self, **kwargs):
        counts = languages_among(self.model, self.edition, self.keys)
        kept = [self.edition_id, self.keys, self.number, self.left_out, self.model.__name__]
        is_known = self.edition.is_released(self.request.at)
        return super().get_context_data(
            form=self.form,
            count=len(self.keys),
            left_out=self.left_out,
            counts=[(NAMES.get(code, code), number) for code, number in counts.most_common()],
            previews=self.previews(counts) if self.is_previewed else [],
            previewed=self.digest() if self.is_previewed else "",
            chosen=sealed(self.request.user, kept, SALT),
            placeholders=[(f"{{{one.name}}}", one.about) for one in OF_LETTERS],
            tells_outcome="outcome" in self.request.GET and not is_known,
            back=self.back,
            **kwargs,
        )


NOBODY = gettext_lazy("Nobody was chosen to whom a letter can be written.")
SEVERAL = gettext_lazy(
    "These people are of several editions. Filter the list by one: its languages and its names are"
    " those of the letter."
)
FEWER = gettext_lazy(
    "Some of these people can no longer be written to. Nothing was sent: the numbers are those of"
    " now."
)
LOOK_AGAIN = gettext_lazy(
    "This is not what was previewed. Nothing was sent: look at it as it is now, and send it then."
)


class WriteToApplicants(WriteLetter):
    def rows(self):
        return applications_for(self.request.user, *self.roles)


class WriteToPlaces(WriteLetter):
    model = Enrollment
    filters = PlaceFilters
    listing = PlaceListing
    path = "application__"
