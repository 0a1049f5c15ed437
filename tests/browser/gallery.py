"""Every component of the base on one page, for browsers to look at. Addresses of the tests only."""

from datetime import UTC, datetime
from pathlib import Path

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

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


@csrf_exempt
def gallery(request):
    from django.template import engines

    template = engines["django"].from_string(
        (Path(__file__).parent / "templates" / "gallery.html").read_text()
    )
    form = EveryControl(request.GET) if request.GET else EveryControl()
    return HttpResponse(
        template.render({"form": form, "closes": datetime(2019, 4, 13, 7, tzinfo=UTC)}, request)
    )


urlpatterns = [path("es/gallery/", gallery), *site]
