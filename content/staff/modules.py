"""Modules as their authors see them: facts, pages in every language, and the bank of questions."""

from __future__ import annotations

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from content.models import LessonPage, Module, ModulePage
from content.rules.authoring import AUTHORS
from content.services.authoring import save_module
from content.staff.bank import Figures, figures_of
from content.staff.forms import ModuleForm
from enrollment.models import Edition, Phase
from enrollment.staff.history import history_of
from enrollment.staff.pages import StaffForm, StaffPage


def address(name: str, *args) -> str:
    return reverse(f"content_staff:{name}", args=args)


class AuthorsPage(StaffPage):
    roles = AUTHORS
    header_icon = "doc-full-inverse"

    def way(self):
        return [(_("Modules and questions"), address("modules"))]


class OfOneModule(AuthorsPage):
    @cached_property
    def module(self) -> Module:
        rows = Module.objects.visible_to(self.request.user, *AUTHORS)
        rows = rows.select_related("phase__edition__program")
        return get_object_or_404(rows, pk=self.kwargs["module_id"])

    def way(self):
        return [*super().way(), (str(self.module), address("module", self.module.pk))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(module=self.module, **kwargs)


class Modules(AuthorsPage, TemplateView):
    """Every phase of the editions one writes for, with its modules."""

    page_title = gettext_lazy("Modules and questions")
    template_name = "content/staff/modules.html"

    def way(self):
        return []

    def get_context_data(self, **kwargs):
        user = self.request.user
        in_use = Count("questions", filter=Q(questions__retired_at=None))
        modules = Module.objects.visible_to(user, *AUTHORS).annotate(bank=in_use)
        by_phase = {}
        for module in modules.order_by("order"):
            by_phase.setdefault(module.phase_id, []).append(module)
        editions = Edition.objects.visible_to(user, *AUTHORS).select_related("program")
        phases = Phase.objects.filter(edition__in=editions).select_related("edition__program")
        shown = [
            (phase, by_phase.get(phase.pk, []))
            for phase in phases.order_by("-edition__pk", "order")
        ]
        return super().get_context_data(phases=shown, **kwargs)


class ModuleView(OfOneModule, TemplateView):
    template_name = "content/staff/module.html"

    def get_page_title(self):
        return str(self.module)

    def get_page_subtitle(self):
        return str(self.module.phase.edition.title)

    def way(self):
        return super().way()[:-1]

    @property
    def header_buttons(self):
        pk = self.module.pk
        return [
            HeaderButton(_("Edit"), url=address("module_edit", pk), icon_name="edit"),
            HeaderButton(_("Add a question"), url=address("question_add", pk), icon_name="plus"),
        ]

    def get_context_data(self, **kwargs):
        figures = figures_of(self.module)
        nothing = Figures()
        languages = self.module.phase.edition.languages
        questions = [
            (one, figures.get(one.key, nothing), missing_languages(one, languages))
            for one in self.module.questions.all()
        ]
        return super().get_context_data(
            phase=self.module.phase,
            questions=questions,
            pages=pages_of(self.module),
            history=history_of(self.module),
            **kwargs,
        )


def pages_of(module: Module) -> list:
    """The module's page and its lessons, all languages, in the order of the tree."""
    above = ModulePage.objects.filter(module=module).select_related("locale")
    lessons = LessonPage.objects.filter(module=module).select_related("locale")
    found = [*above.defer_streamfields(), *lessons.defer_streamfields()]
    return sorted(found, key=lambda page: page.path)


def missing_languages(question, languages: list[str]) -> list[str]:
    """The edition's languages in which some text of the question is not there."""
    texts = [question.stem, *(option["text"] for option in question.options)]
    if question.explanation:
        texts.append(question.explanation)
    return [code for code in languages if not all(text.get(code) for text in texts)]


class EditModule(AuthorsPage, StaffForm):
    """The facts of a module; a new one in the phase of the address."""

    form_class = ModuleForm

    @cached_property
    def module(self) -> Module:
        if "phase_id" in self.kwargs:
            editions = Edition.objects.visible_to(self.request.user, *AUTHORS)
            phases = Phase.objects.filter(edition__in=editions).select_related("edition__program")
            phase = get_object_or_404(phases, pk=self.kwargs["phase_id"])
            order = phase.modules.count() + 1
            return Module(phase=phase, order=order, slug=f"m{order}", opens_at=phase.opens_at)
        rows = Module.objects.visible_to(self.request.user, *AUTHORS)
        rows = rows.select_related("phase__edition__program")
        return get_object_or_404(rows, pk=self.kwargs["module_id"])

    def get_page_title(self):
        return str(self.module) if self.module.pk else _("Add a module")

    def get_form_kwargs(self):
        edition = self.module.phase.edition
        return {**super().get_form_kwargs(), "instance": self.module, "edition": edition}

    def save(self, form):
        self.module = save_module(
            form.save(commit=False), form.changed_fields, by=self.request.user, at=self.request.at
        )

    def get_success_url(self):
        return address("module", self.module.pk)
