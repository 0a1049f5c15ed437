"""The participant's home: where they stand, what comes next, and a card from each app."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from lms.hooks import ask


@login_required
def participant_home(request):
    """Asks every app, and shows the next step that matters most, then the calendars around it: of
    its edition first, and of every other that the cards follow."""
    user, at = request.user, request.at
    step = min(ask("next_step", user, at), key=lambda step: step.priority, default=None)
    cards = sorted(ask("home_card", user, at), key=lambda card: card.order)
    titles = dict(pair for card in cards for pair in card.calendars)
    first = step.edition_id if step else None
    followed = list(dict.fromkeys([*([first] if first else []), *titles]))
    calendars = [(titles.get(one, ""), _entries(one, at)) for one in followed]
    context = {
        "step": step,
        "calendars": [(title, entries) for title, entries in calendars if entries],
        "cards": cards,
        "at": at,
    }
    return render(request, "lms/home.html", context)


def _entries(edition_id: int, at) -> list:
    return sum(ask("calendar_entries", edition_id, at), [])
