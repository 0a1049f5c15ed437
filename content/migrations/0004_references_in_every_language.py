"""A question's source is read in the participant's language: one text becomes one for each."""

from django.db import migrations

import lms.multilingual

LANGUAGES = ("es", "pt-br", "en")
CHUNK = 200  # attempts in memory at once: each holds its questions


def spread(apps, schema_editor):
    Question = apps.get_model("content", "Question")
    for question in list(Question.objects.exclude(reference="")):
        question.sources = dict.fromkeys(LANGUAGES, question.reference)
        question.save(update_fields=["sources"])
    Attempt = apps.get_model("content", "Attempt")
    keys = list(Attempt.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), CHUNK):
        attempts = list(Attempt.objects.filter(pk__in=keys[start : start + CHUNK]).only("questions"))
        for attempt in attempts:
            for question in attempt.questions:
                text = question.get("reference") or ""
                if isinstance(text, str):
                    question["reference"] = dict.fromkeys(LANGUAGES, text) if text else {}
        Attempt.objects.bulk_update(attempts, ["questions"])


class Migration(migrations.Migration):
    dependencies = [("content", "0003_discussions_rooms_and_posts")]

    operations = [
        migrations.AddField(
            "question",
            "sources",
            lms.multilingual.MultilingualField(
                blank=True, default=lms.multilingual.Multilingual, verbose_name="reference"
            ),
        ),
        migrations.RunPython(spread, migrations.RunPython.noop),
        migrations.RemoveField("question", "reference"),
        migrations.RenameField("question", "sources", "reference"),
    ]
