"""What is in a file that somebody uploaded: a program of its own, that runs in a process of its own
with little memory and time, because a file may be made to exhaust or to crash whoever opens it.

It reads the file from stdin and writes a line of JSON: `{"kind": "pdf"}`, with the content to keep
after it, or `{"refused": code}`. A PDF is kept as it is, for it may be signed; an image is drawn
anew, without the place, the camera and the date that phones write into it, and without whatever
else lies in the file. It imports nothing of the site.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys

MEMORY = 768 * 1024 * 1024  # bytes of address space
SECONDS = 5  # of the processor: the largest photograph takes two
GIVES_WAY = 10  # to the site's own processes
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 4000  # pixels: a page that was photographed is read well
READABLE = 1000  # pixels of the longest side: below it nothing is made smaller
JPEG_QUALITY = 88
MOST_DEPTH = 60
END_OF_PDF = b"%%EOF"
WHITE = b"\0\t\n\f\r "

RUNS = {"/JS", "/JavaScript", "/XFA", "/RichMedia", "/RichMediaContent"}
HOLDS = {"/EF", "/EmbeddedFiles"}
ACTS = {"/JavaScript", "/Launch", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound"}
REACHES = {"/GoToR", "/SubmitForm", "/Thread"}
BY_ITSELF = {"/OpenAction", "/AA"}  # done when the file, a page or a field is opened or left
HARMLESS = {"/GoTo", "/Named", "/Hide", "/ResetForm", "/SetOCGState"}
MOST_ACTS = 100  # one after the other


class RefusedFile(Exception):
    """`code`: wrong_type, damaged, locked, runs, reaches, holds, too_many_pixels, too_large."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def kind_of(content: bytes) -> str:
    """By the first bytes: `pdf`, `jpeg` or `png`, else empty."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "png" if content.startswith(b"\x89PNG\r\n\x1a\n") else ""


def inspected(content: bytes, most: int) -> tuple[str, bytes]:
    """The kind, and what is kept: of at most `most` bytes, as the content is. Raises
    RefusedFile."""
    kind = kind_of(content)
    if not kind:
        raise RefusedFile("wrong_type")
    return (kind, checked(content)) if kind == "pdf" else (kind, redrawn(content, kind, most))


def checked(content: bytes) -> bytes:
    """A PDF that opens without a password, ends where it says, runs nothing, holds no other file
    and reaches for none, nor for an address, by itself: the same bytes. A link that somebody
    presses stays, for a letterhead has one; a file from which anything was stripped would no
    longer be the one that was signed."""
    import pikepdf

    if not content.rstrip(WHITE).endswith(END_OF_PDF):
        raise RefusedFile("damaged")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if not len(pdf.pages):
                raise RefusedFile("damaged")
            for one in [*pdf.objects, pdf.trailer]:
                _look_at(one, pikepdf)
            if pdf.get_warnings():  # what could not be read here, another reader may run
                raise RefusedFile("damaged")
    except pikepdf.PasswordError as error:
        raise RefusedFile("locked") from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise RefusedFile("damaged") from error
    return content


def _look_at(found, pikepdf, depth: int = 0) -> None:
    """At one object and what is written inside it; what it refers to is looked at by itself."""
    if depth > MOST_DEPTH:
        raise RefusedFile("damaged")
    if isinstance(found, pikepdf.Array):
        for one in found:
            _look_inside(one, pikepdf, depth)
    elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
        names = set(found.keys())
        said = {str(found[name]) for name in ("/S", "/Subtype") if _is_name(found, name, pikepdf)}
        if names & RUNS or said & (ACTS | RUNS):
            raise RefusedFile("runs")
        if names & HOLDS or _is_name(found, "/Type", pikepdf) and found.Type == "/EmbeddedFile":
            raise RefusedFile("holds")
        if said & REACHES or isinstance(found, pikepdf.Stream) and "/F" in names:
            raise RefusedFile("reaches")
        for name in names & BY_ITSELF:
            _look_at_acts(found[name], pikepdf)
        for name in names:
            _look_inside(found[name], pikepdf, depth)


def _look_at_acts(found, pikepdf) -> None:
    """At what is done without anybody pressing anything: an act, a place in the file, or a
    dictionary with an act for each occasion."""
    are_several = isinstance(found, pikepdf.Dictionary) and "/S" not in found
    acts = [act for _occasion, act in found.items()] if are_several else [found]
    for _each in range(MOST_ACTS):
        if not acts:
            return
        act = acts.pop()
        if not isinstance(act, pikepdf.Dictionary):
            continue
        does = str(act.S) if _is_name(act, "/S", pikepdf) else ""
        if does not in HARMLESS:
            raise RefusedFile("runs" if does in ACTS else "reaches")
        after = act.get("/Next")
        acts.extend(after if isinstance(after, pikepdf.Array) else [after])
    raise RefusedFile("damaged")


def _is_name(found, key: str, pikepdf) -> bool:
    return key in found and isinstance(found[key], pikepdf.Name)


def _look_inside(one, pikepdf, depth: int) -> None:
    is_container = isinstance(one, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream)
    if is_container and not one.is_indirect:
        _look_at(one, pikepdf, depth + 1)


def redrawn(content: bytes, kind: str, most: int) -> bytes:
    """The image alone, upright, of at most `LONGEST_SIDE` pixels a side and `most` bytes."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with Image.open(io.BytesIO(content), formats=[kind.upper()]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise RefusedFile("too_many_pixels")
            if kind == "jpeg":
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            drawn = _within(ImageOps.exif_transpose(image), kind, LONGEST_SIDE)
            return _fitting(drawn, kind, most)
    except (Image.DecompressionBombError, MemoryError) as error:
        raise RefusedFile("too_many_pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise RefusedFile("damaged") from error


def _fitting(image, kind: str, most: int) -> bytes:
    """Written in `most` bytes: drawn anew it may take more than it did, and is made smaller while
    it can still be read."""
    content = _written(image, kind)
    while len(content) > most:
        side = int(max(image.size) * min(0.9, (most / len(content)) ** 0.5))
        if side < READABLE:
            raise RefusedFile("too_large")
        image = _within(image, kind, side)
        content = _written(image, kind)
    return content


def _within(image, kind: str, side: int):
    """In a mode that can be written, with no side longer. A palette stays one as long as no pixel
    has to be mixed of others."""
    is_as_it_is = max(image.size) <= side
    drawn = image if is_as_it_is and _keeps_mode(image, kind) else image.convert(_mode(image, kind))
    drawn.thumbnail((side, side))
    return drawn


def _keeps_mode(image, kind: str) -> bool:
    return kind == "png" and image.mode in ("1", "L", "LA", "P", "RGB", "RGBA")


def _mode(image, kind: str) -> str:
    if kind == "jpeg":
        return "L" if image.mode == "L" else "RGB"
    if image.mode in ("1", "L"):
        return "L"
    return "RGBA" if image.has_transparency_data else "RGB"


def _written(image, kind: str) -> bytes:
    """A new image of the same pixels: what else the old one knew does not go with them."""
    from PIL import Image

    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    options = {"quality": JPEG_QUALITY} if kind == "jpeg" else {"compress_level": 6}
    if image.mode == "P":
        clean.putpalette(image.getpalette())
        options["transparency"] = image.info.get("transparency")
    file = io.BytesIO()
    clean.save(file, kind.upper(), **options)
    return file.getvalue()


def main() -> None:
    os.nice(GIVES_WAY)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        kind, kept = inspected(sys.stdin.buffer.read(), int(sys.argv[1]))
        told = {"kind": kind}
    except RefusedFile as refusal:
        told, kept = {"refused": refusal.code}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
