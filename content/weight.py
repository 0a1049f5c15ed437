"""How heavy a lesson is on the way to its reader: said before it is opened."""

from __future__ import annotations

import gzip
import json

from content.models import LessonPage

FRAME_BYTES = 5_000  # the page around the text, compressed
IMAGE_WIDTH = "width-800"  # as the figure's template asks for it


def weigh(instance: LessonPage, raw=False, update_fields=None, **_signal) -> None:
    """Note the kilobytes of a lesson that is about to be saved."""
    if not raw and (update_fields is None or "body" in update_fields):
        instance.kilobytes = kilobytes_of(instance)


def kilobytes_of(page: LessonPage) -> int:
    """The compressed text and the pictures, in whole kilobytes, rounded up."""
    text = json.dumps([page.intro, page.body.get_prep_value()], ensure_ascii=False, default=str)
    size = FRAME_BYTES + len(gzip.compress(text.encode())) + sum(map(_bytes_of, _images(page)))
    return -(-size // 1000)


def _images(page: LessonPage) -> list:
    figures = [block.value for block in page.body if block.block_type == "figure"]
    return [figure["image"] for figure in figures if figure["image"]]


def _bytes_of(image) -> int:
    try:
        return image.get_rendition(IMAGE_WIDTH).file.size
    except OSError:
        return image.file_size or 0
