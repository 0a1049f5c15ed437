from django.shortcuts import render


def stale_form(request, reason=""):
    """A form whose token is too old: says so in the reader's language, keeps nothing back."""
    return render(request, "403_csrf.html", status=403)
