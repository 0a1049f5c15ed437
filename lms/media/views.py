"""Files of media that the site itself hands out, where they are kept on this machine."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

RENDITIONS = "images"
A_WEEK = 7 * 24 * 3600


@require_safe
@cache_control(max_age=A_WEEK, private=True)
def rendition(request, name: str):
    """An image as pages show it, which is public by its address. `name` has no slash (see
    `urls`): originals and documents lie in other folders, and nothing of theirs is read from
    here. Raises Http404."""
    kind, _encoding = mimetypes.guess_type(name)
    if not (kind or "").startswith("image/"):
        raise Http404
    try:
        image = Path(settings.MEDIA_ROOT, RENDITIONS, name).read_bytes()
    except OSError as error:
        raise Http404 from error
    return HttpResponse(image, content_type=kind)
