from django.apps import AppConfig


class ReferencesConfig(AppConfig):
    name = "tests.bench.references"
    label = "references"
