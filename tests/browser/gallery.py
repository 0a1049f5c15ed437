"""Every component of the base on one page, for browsers to look at. Addresses of the tests only."""

from datetime import UTC, datetime
from pathlib import Path

from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from lms.hooks import CalendarEntry
from lms.urls import urlpatterns as site


class EveryControl(forms.Form):
    names = forms.CharField(label="Nombres", help_text="Como en su documento.", max_length=80)
    institution = forms.CharField(label="Institución", required=False)
    country = forms.ChoiceField(label="País", choices=[("", "Elija"), ("PE", "Perú")])
    role = forms.ChoiceField(
        label="Función",
        widget=forms.RadioSelect,
        choices=[("judge", "Magistratura"), ("defender", "Defensa pública")],
        help_text="La que ejerce hoy.",
    )
    topics = forms.MultipleChoiceField(
        label="Temas",
        widget=forms.CheckboxSelectMultiple,
        choices=[("privacy", "Privacidad"), ("expression", "Libertad de expresión")],
    )
    motivation = forms.CharField(label="Motivación", widget=forms.Textarea, max_length=600)
    accepts = forms.BooleanField(label="He leído el aviso de privacidad", help_text="Versión 3.")


def announced() -> list[CalendarEntry]:
    """The calendar of 2019."""

    def entry(kind, text, starts, ends=None):
        return CalendarEntry(
            *(day and datetime.fromisoformat(f"2019-{day}:00Z") for day in (starts, ends)),
            text,
            kind,
            zone="America/Tijuana",
        )

    return [
        entry("window", "Inscripción", "03-21T12:00", "04-13T07:00"),
        entry("decisions", "Decisiones", "04-16T13:00"),
        entry("decisions", "Plazo para aceptar", "04-26T07:00"),
        entry("phase", "Fase uno", "04-22T12:00", "05-27T07:00"),
        entry("module", "Principios técnicos", "04-22T12:00", "04-29T12:00"),
        entry("module", "Principios de política pública", "04-29T12:00", "05-06T12:00"),
        entry("module", "Gobernanza de Internet", "05-06T12:00", "05-13T12:00"),
        entry("module", "Los actores", "05-13T12:00", "05-27T07:00"),
        entry("phase", "Fase dos: debates de especialistas", "06-03T12:00", "06-24T07:00"),
        entry("discussion", "Privacidad", "06-03T12:00"),
        entry("discussion", "Libertad de expresión", "06-10T12:00"),
        entry("discussion", "Cifrado", "06-17T12:00"),
        entry("certificates", "Certificados", "07-01T13:00"),
    ]


@csrf_exempt
def gallery(request):
    template = engines["django"].from_string(
        (Path(__file__).parent / "templates" / "gallery.html").read_text()
    )
    context = {
        "form": EveryControl(request.GET) if request.GET else EveryControl(),
        "closes": datetime(2019, 4, 13, 7, tzinfo=UTC),
        "entries": announced(),
        "at": datetime(2019, 5, 8, 15, tzinfo=UTC),
    }
    return HttpResponse(template.render(context, request))


urlpatterns = [path("es/gallery/", gallery), *site]
