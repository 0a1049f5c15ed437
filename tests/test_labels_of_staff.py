"""Labels that staff read: in each language, and each begins with a capital letter."""

import inspect
from importlib import import_module

import pytest
from django.conf import settings
from django.forms import BaseForm
from django.utils.translation import override

from content.models import HomePage, LessonPage

MODULES = [
    "certificates.staff.certificate",
    "certificates.staff.designs",
    "content.staff.discussion_forms",
    "content.staff.forms",
    "content.staff.moderation",
    "enrollment.staff.act_on",
    "enrollment.staff.alumni",
    "enrollment.staff.application_acts",
    "enrollment.staff.calendar_forms",
    "enrollment.staff.factors",
    "enrollment.staff.joint",
    "enrollment.staff.people",
    "enrollment.staff.place",
    "enrollment.staff.roles",
    "enrollment.staff.saved_filters",
]


def forms_in(name: str) -> list[type[BaseForm]]:
    members = inspect.getmembers(import_module(name), inspect.isclass)
    return [one for _name, one in members if issubclass(one, BaseForm) and one.__module__ == name]


def labels_of(form: type[BaseForm], language: str) -> dict[str, str]:
    shown = {name: field for name, field in form.base_fields.items() if not field.widget.is_hidden}
    with override(language):
        return {name: str(field.label or "") for name, field in shown.items()}


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("module", MODULES)
def test_label_begins_with_a_capital(module, language):
    for form in forms_in(module):
        small = {name for name, label in labels_of(form, language).items() if label[:1].islower()}
        assert small == set(), form.__name__


@pytest.mark.parametrize("module", MODULES)
def test_label_is_translated(module):
    for form in forms_in(module):
        spanish, english = labels_of(form, "es"), labels_of(form, "en")
        assert {name for name in spanish if spanish[name] == english[name]} == set(), form.__name__


@pytest.mark.parametrize(("language", "name"), [("es", "Lección"), ("pt-br", "Lição")])
def test_types_of_pages_have_a_name_in_each_language(language, name):
    with override(language):
        assert LessonPage.get_verbose_name() == name
        assert HomePage.get_verbose_name() != "Home page"
