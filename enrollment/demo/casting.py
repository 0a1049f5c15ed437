"""The demonstration's accounts step into places that chance has made for somebody like them."""

from __future__ import annotations

from django.db.models import QuerySet

from enrollment.demo.data import read
from enrollment.demo.people import Profile, language_of
from enrollment.models import Alumnus, Application
from lms.accounts.models import User
from lms.mail.models import OutgoingMessage

ZONE = {"TT": "America/Port_of_Spain"}


def profile_of(account: dict, **facts) -> Profile:
    """The account as an applicant from a city that is not the capital."""
    zone = read("distribution")["countries"][account["country"]]["zone"]
    names = account["name"].split()
    given = " ".join(names[: len(names) // 2 or 1])
    return Profile(
        **{
            "given": given,
            "family": account["name"].removeprefix(given).strip(),
            "country": account["country"],
            "zone": zone,
            "language": language_of(account["country"]),
            "role": "judge",
            "gender": "",
            "workplace": "other_city",
            "connection": "mobile_data_mainly",
            "address": "personal",
            "alumni": "completed",
            **facts,
        }
    )


def cast(applications: QuerySet[Application], account: dict) -> Application:
    """Give the first of these places to an account: name, country, address. Whoever was
    invented for it goes. Facts that were scored stay as they are."""
    found = applications.select_related("person", "alumnus", "role")
    application = found.order_by("decisions__waitlist_rank", "pk").first()
    invented, person = application.person, User.objects.get(email=account["email"])
    profile = profile_of(account)
    application.person = person
    application.given_names, application.family_names = profile.given, profile.family
    application.certificate_name = account["name"]
    application.country, application.language = profile.country, profile.language
    texts = read("texts")
    application.institution = texts["institutions"][application.role.key][profile.language]
    application.answers["motivation"] = texts["motivations"][profile.language][0]
    application.save()
    version = application.versions.get()
    version.answers |= {
        "given_names": profile.given,
        "family_names": profile.family,
        "certificate_name": account["name"],
        "country": profile.country,
        "language": profile.language,
    }
    version.save(update_fields=["answers"])
    if application.alumnus_id:
        Alumnus.objects.filter(pk=application.alumnus_id).update(
            name=account["name"], email=account["email"], country=profile.country
        )
    User.objects.filter(pk=person.pk).update(
        time_zone=profile.zone, date_joined=invented.date_joined
    )
    OutgoingMessage.objects.filter(person=invented).delete()
    invented.delete()
    return application
