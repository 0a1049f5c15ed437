"""The participant's home: where they stand, what comes next, and a card from each app."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from lms.hooks import ask


@login_required
def participant_home(request):
    steps = sorted(ask("next_step", request.user, request.at), key=lambda step: step.priority)
    cards = sorted(ask("home_card", request.user, request.at), key=lambda card: card.order)
    return render(request, "lms/home.html", {"step": steps[0] if steps else None, "cards": cards})
