"""Wagtail keeps a language and a zone of its own for who works in its admin: they follow the
account's, or the admin would speak another language than the site."""

from __future__ import annotations

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.users.models import UserProfile

from lms.accounts.models import User


def follow(person: User) -> None:
    """The admin's profile of the person, where there is one, says what the account says."""
    UserProfile.objects.filter(user=person).update(
        preferred_language=person.language, current_time_zone=person.time_zone
    )


@receiver(post_save, sender=UserProfile)
def begin_as_the_account(instance, created, **_signal):
    if created:
        follow(instance.user)
        instance.refresh_from_db(fields=["preferred_language", "current_time_zone"])


@receiver(user_logged_in)
def make_for_staff(user, **_signal):
    """Without a profile the admin shows every hour in UTC."""
    if user.is_staff:
        UserProfile.get_for_user(user)
