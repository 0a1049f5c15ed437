"""Writing, correcting and retiring the questions of a bank."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from content.models import Question
from content.rules.authoring import was_asked
from content.services import authoring
from content.staff.forms import QuestionForm
from content.staff.modules import OfOneModule, address, missing_languages
from enrollment.staff.history import history_of
from enrollment.staff.pages import StaffAct, StaffForm


class OfOneQuestion(OfOneModule):
    @cached_property
    def question(self) -> Question:
        if "pk" not in self.kwargs:
            return Question(module=self.module)
        found = get_object_or_404(self.module.questions, pk=self.kwargs["pk"])
        found.module = self.module
        return found

    def get_success_url(self):
        return address("module", self.module.pk)


class EditQuestion(OfOneQuestion, StaffForm):
    form_class = QuestionForm
    template_name = "content/staff/question.html"

    def get_page_title(self):
        return self.question.key or _("Add a question")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.question}

    def save(self, form):
        saved = authoring.save_question(
            form.save(commit=False), form.changed_fields, by=self.request.user, at=self.request.at
        )
        missing = missing_languages(saved, self.module.phase.edition.languages)
        if missing:
            said = _("Texts are missing in: %(languages)s.") % {"languages": ", ".join(missing)}
            messages.warning(self.request, said)

    def get_context_data(self, **kwargs):
        question = self.question
        return super().get_context_data(
            question=question,
            asked=was_asked(question),
            history=history_of(question) if question.pk else [],
            **kwargs,
        )


class ActOnQuestion(OfOneQuestion, StaffAct):
    """Retire it, use it again, or delete one that nobody was asked."""

    acts = {
        "retire": (authoring.retire_question, gettext_lazy("The question is drawn no more.")),
        "restore": (authoring.restore_question, gettext_lazy("The question is drawn again.")),
        "delete": (authoring.delete_question, gettext_lazy("The question is deleted.")),
    }

    def act(self):
        if self.kwargs["act"] not in self.acts:
            raise Http404
        perform, said = self.acts[self.kwargs["act"]]
        perform(self.question, by=self.request.user, at=self.request.at)
        return said
