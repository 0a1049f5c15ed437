"""The participant's home: where they stand, what comes next, and a card from each app."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from lms.hooks import ask


@login_required
def participant_home(request):
    """Asks every app, and shows the next step that matters most with the calendar around it."""
    user, at = request.user, request.at
    step = min(ask("next_step", user, at), key=lambda step: step.priority, default=None)
    edition_id = step.edition_id if step else None
    entries = sum(ask("calendar_entries", edition_id, at), []) if edition_id else []
    cards = sorted(ask("home_card", user, at), key=lambda card: card.order)
    context = {"step": step, "entries": entries, "cards": cards, "at": at}
    return render(request, "lms/home.html", context)
