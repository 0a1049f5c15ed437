"""The bare view: the site's middleware, one indexed query, a template of 20 KB."""

from django.shortcuts import render

from lms.accounts.models import User

PARAGRAPH = "The rule that opens a door also says in words what is still missing before it. " * 3


def bare(request):
    found = User.objects.filter(email="nobody@correo.example").first()
    paragraphs = [PARAGRAPH] * 80
    return render(request, "references/bare.html", {"found": found, "paragraphs": paragraphs})
