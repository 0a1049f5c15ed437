"""An edition's dates in a page's texts: `{% dated page.intro %}`, and tables of them.

The page drawn (`page` in the context) tells the edition: its `dates`."""

from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from content import countries
from content.dates import EditionDate, EditionDates, fill
from content.queries import edition_pages
from content.retention import promises
from enrollment.models import Application
from lms.days import written
from lms.deadlines import iso, last_moment
from lms.templatetags.times import (
    deadline,
    hour_on,
    local_mark,
    long_day,
    moment_parts,
    readers_zone,
    spoken_city,
)

register = template.Library()


@register.simple_tag(takes_context=True)
def dated(context, text):
    """The text with its `[[…]]` written as dates of the page's edition (see `content.dates`)."""
    html = str(conditional_escape(text))
    if "[[" not in html:
        return mark_safe(html)
    dates = dates_of(context)

    def write(which, number, form):
        date = dates.get(which, number)
        return inline(date, form) if date else _("(date to be announced)")

    return mark_safe(fill(html, write))


def dates_of(context) -> EditionDates:
    return getattr(context.get("page"), "dates", None) or EditionDates(None)


def inline(date: EditionDate, form: str) -> str:
    """A date within a sentence, in one of `content.dates.FORMS`."""
    if form == "full":
        return full(date)
    here = last_moment(date.instant, readers_zone() or date.zone)
    announced = last_moment(date.instant, date.zone)
    texts = {
        "weekday": long_day(announced.day),
        # Translators: a date format of Django's: day, month, year.
        "day": written(announced.day, _("j F Y")),
        # Translators: a date format of Django's: day and month.
        "short": written(announced.day, _("j F")),
        "hour": f"{hour_on(here, announced.day)} ({spoken_city(here.zone)})",
    }
    return format_html('<time datetime="{}">{}</time>', iso(date.instant), texts[form])


def full(date: EditionDate) -> str:
    """Day, hour on the reader's clock (else in the zone of the announcement) and UTC."""
    if date.is_deadline:
        return deadline(date.instant, date.zone)
    when, where = moment_parts(date.instant, date.zone)
    zone = readers_zone() or date.zone
    day = date.instant.astimezone(ZoneInfo(zone)).date()
    universal = hour_on(last_moment(date.instant, "UTC"), day)
    text = _("%(when)s in %(city)s (%(utc)s UTC)")
    return format_html(
        '<time datetime="{}"{}>{}</time>',
        iso(date.instant),
        local_mark(),
        text % {"when": when, "city": where, "utc": universal},
    )


@register.inclusion_tag("content/includes/date_row.html", takes_context=True)
def edition_date(context, value):
    """A `DateBlock`: what happens, when, and where asked for the table of countries."""
    return date_row(dates_of(context), value)


@register.inclusion_tag("content/includes/date_list.html", takes_context=True)
def edition_dates(context, values):
    """A `DatesBlock`: the same as a list."""
    dates = dates_of(context)
    return {"rows": [date_row(dates, value) for value in values]}


def date_row(dates: EditionDates, value) -> dict:
    date = dates.get(value["which"], value.get("number"))
    if date is None:
        return {"date": None}
    return {
        "date": date,
        "label": value.get("text") or date.label,
        "when": full(date),
        "clocks": country_rows(dates.edition, date.instant, date.zone)
        if value.get("countries")
        else [],
    }


@register.simple_tag
def own_application(user, edition):
    """The reader's own application to the edition, a draft too; None of a stranger."""
    if user is None or not user.is_authenticated:
        return None
    return Application.objects.filter(person=user, edition=edition).first()


@register.inclusion_tag("content/includes/country_hours.html")
def hours_elsewhere(edition, instant, zone):
    """The table of countries below a deadline, for readers whose own hour nobody knows."""
    return {"clocks": [] if readers_zone() else country_rows(edition, instant, zone)}


def country_rows(edition, instant, zone: str) -> list[dict]:
    codes = [country.code for country in edition.program.eligible_countries]
    announced = last_moment(instant, zone).day
    return [
        {"hour": hour_on(clock, announced), "countries": names}
        for clock, names in countries.clocks(instant, codes)
    ]


@register.simple_tag(takes_context=True)
def retention(context) -> list[str]:
    """What the program keeps and how long, one sentence each: see `content.retention`."""
    edition = dates_of(context).edition
    return promises(edition.program) if edition else []


@register.simple_tag(takes_context=True)
def editions_of(context, program) -> list:
    """The public editions' pages of a program, in the page's language, the newest first."""
    return edition_pages(program)
