
import enrollment.models.applications
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0019_seats_for_the_first_to_confirm"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                models.F("edition"),
                enrollment.models.applications.LatestFirst("submitted_at"),
                models.OrderBy(models.F("id"), descending=True),
                name="application_latest",
            ),
        ),
    ]
