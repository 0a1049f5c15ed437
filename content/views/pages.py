"""Serving pages: as Wagtail does, with two short ways. See `content.routing` and
`content.page_cache`."""

from django.http import Http404
from django.shortcuts import redirect
from wagtail import views as wagtail_views

from content import page_cache, routing


def serve(request, path):
    """A kept public page; a gated page, which its gate alone lets in; else what Wagtail finds."""
    if kept := page_cache.get(request):
        return kept
    if gated := routing.find_gated(request, path):
        return gated.serve(request)
    try:
        response = wagtail_views.serve(request, path)
    except Http404:
        elsewhere = routing.find_elsewhere(request, path)
        if elsewhere is None:
            raise
        return redirect(elsewhere.get_url(request))
    return page_cache.keep(request, response)
