"""What a program's certificates say: made and changed by its coordinators."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.widgets.button import HeaderButton

from certificates import pdf, samples, services, wording
from certificates.models import Design, Kind
from certificates.staff.certificate import pdf_response
from enrollment.models import Phase, Program
from enrollment.staff.access import COORDINATORS, OfStaff
from enrollment.staff.pages import OfOneProgram, StaffForm, StaffPage

PLACEHOLDERS = ", ".join(f"{{{name}}}" for name in wording.PLACEHOLDERS)


class DesignForm(forms.ModelForm):
    """Every text that is always printed is asked for in every language."""

    class Meta:
        model = Design
        fields = [
            "title",
            "body",
            "reverse",
            "signatory_one",
            "post_one",
            "signatory_two",
            "post_two",
        ]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["body"].help_text = _(
            "Each of these is replaced by what it stands for: %(placeholders)s. "
            "{certificate_name} is set apart, in large letters."
        ) % {"placeholders": PLACEHOLDERS}
        self.fields["reverse"].help_text = _("Printed on the back, below the contents.")

    def clean(self):
        cleaned = super().clean()
        for name in ("title", "body"):
            self._ask_every_language(name, cleaned.get(name))
        for name in ("title", "body", "reverse"):
            for language, text in (cleaned.get(name) or {}).items():
                self._check_placeholders(name, language, text)
        for number in ("one", "two"):
            if cleaned.get(f"post_{number}") and not cleaned.get(f"signatory_{number}"):
                self.add_error(f"signatory_{number}", _("Name who holds this post."))
        return cleaned

    def _ask_every_language(self, name: str, texts) -> None:
        for language, language_name in settings.LANGUAGES:
            if texts and not texts.get(language):
                self.add_error(
                    name, _("The text in %(language)s is missing.") % {"language": language_name}
                )

    def _check_placeholders(self, name: str, language: str, text: str) -> None:
        spoken = dict(settings.LANGUAGES)[language]
        if name != "body":
            if "{" in text or "}" in text:
                self.add_error(
                    name,
                    _("%(language)s: placeholders are filled in only in the text.")
                    % {"language": spoken},
                )
            return
        try:
            wording.check(text)
        except wording.UnknownPlaceholder as error:
            self.add_error(name, unknown_placeholder(error.args[0], spoken))
            return
        if text.count("{certificate_name}") != 1:
            self.add_error(
                name,
                _("%(language)s: the text must name {certificate_name} once.")
                % {"language": spoken},
            )


def unknown_placeholder(name: str, language: object) -> ValidationError:
    if name in ("{", "{}"):
        return ValidationError(
            _(
                "%(language)s: a brace is not closed, or nothing stands between two braces. "
                "Possible are %(known)s."
            ),
            params={"language": language, "known": PLACEHOLDERS},
        )
    return ValidationError(
        _("%(language)s: there is no placeholder {%(name)s}. Possible are %(known)s."),
        params={"language": language, "name": name, "known": PLACEHOLDERS},
    )


class NewDesignForm(DesignForm):
    """What a design certifies is chosen once."""

    certifies = forms.TypedChoiceField(
        label=gettext_lazy("Certifies"), coerce=int, empty_value=None
    )
    field_order = ["certifies"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["certifies"].choices = free_choices(self.instance.program)

    def clean(self):
        cleaned = super().clean()
        chosen = cleaned.get("certifies")
        self.instance.kind = Kind.PHASE if chosen else Kind.PROGRAM
        self.instance.phase_order = chosen or None
        return cleaned


def free_choices(program: Program) -> list[tuple[int, str]]:
    """The program (0) and each of its phases that has no design yet."""
    orders = Phase.objects.filter(edition__program=program).values_list("order", flat=True)
    taken = {design.phase_order or 0 for design in program.designs.all()}
    return [
        (order, str(Design(phase_order=order or None).certifies))
        for order in [0, *sorted(set(orders))]
        if order not in taken
    ]


class Designs(StaffPage, TemplateView):
    roles = COORDINATORS
    page_title = gettext_lazy("Designs of certificates")
    header_icon = "edit"
    template_name = "certificates/staff/designs.html"

    def way(self):
        return []

    def get_context_data(self, **kwargs):
        rows = Program.objects.visible_to(self.request.user, *COORDINATORS)
        return super().get_context_data(programs=rows.prefetch_related("designs"), **kwargs)


class OfDesigns:
    """The way back to the list, and saving through the service."""

    header_icon = "edit"
    form_class = DesignForm

    def way(self):
        return [(Designs.page_title, reverse("certificates_staff:designs"))]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.design}

    def save(self, form):
        services.save_design(
            form.save(commit=False), form.changed_data, by=self.request.user, at=self.request.at
        )

    def get_success_url(self):
        return reverse("certificates_staff:design", args=[self.design.pk])


class AddDesign(OfDesigns, OfOneProgram, StaffForm):
    form_class = NewDesignForm
    page_title = gettext_lazy("Add a design")

    @cached_property
    def design(self) -> Design:
        return Design(program=self.program)


class EditDesign(OfDesigns, StaffPage, StaffForm):
    roles = COORDINATORS

    @cached_property
    def design(self) -> Design:
        return design_for(self.request.user, self.kwargs["pk"])

    def get_page_title(self):
        return str(self.design.title)

    def get_page_subtitle(self):
        return str(self.design.certifies)

    @property
    def header_buttons(self):
        return [
            HeaderButton(
                _("Preview in %(language)s") % {"language": name},
                url=reverse("certificates_staff:sample", args=[self.design.pk, code]),
                icon_name="doc-full",
            )
            for code, name in settings.LANGUAGES
        ]


def design_for(user, pk: int) -> Design:
    rows = Design.objects.visible_to(user, *COORDINATORS).select_related("program")
    return get_object_or_404(rows, pk=pk)


class SamplePdf(OfStaff, View):
    """A made-up person's certificate in one language, stored nowhere."""

    roles = COORDINATORS
    http_method_names = ["get", "head"]

    def get(self, request, pk, language):
        design = design_for(request.user, pk)
        if language not in dict(settings.LANGUAGES):
            raise Http404
        sample = samples.of_design(design, language, at=request.at)
        if sample is None:
            raise Http404
        return pdf_response(pdf.render(sample, mark=samples.MARK), "preview.pdf")
