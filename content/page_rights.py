"""Who of a program's staff writes on its pages: those below the program's own page, in every
language. A new page of a program is opened to them as it is saved."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from content.models import ProgramPage
from enrollment.services.staff import open_pages


@receiver(post_save, sender=ProgramPage)
def open_to_staff(instance, raw=False, **_signal):
    if not raw:
        open_pages(instance.program, instance)
