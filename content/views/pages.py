"""Serving pages: as Wagtail does, with two short ways. See `content.routing` and
`content.page_cache`."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import get_language
from wagtail import views as wagtail_views
from wagtail.models import Page

from content import page_cache, routing


def serve(request, path):
    """A kept public page; a gated page, which its gate alone lets in; else what Wagtail finds.
    A page that has no translation here is shown at its own address, in its own language."""
    if kept := page_cache.get(request):
        return kept
    routing.know_roots(request)
    if gated := routing.find_gated(path):
        return gated.serve(request)
    found = Page.find_for_request(request, path) or routing.find_elsewhere(path)
    if found is None:
        raise Http404
    if found.locale.language_code != get_language():
        return redirect(found.get_url(request))
    response = wagtail_views.serve(request, path)
    return page_cache.keep(request, response)
