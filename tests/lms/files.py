"""Files as people upload them, and as somebody who means harm would."""

import io
import zlib

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def a_pdf(change=None, **saving) -> bytes:
    """One empty page; `change(pdf)` puts something in."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if change:
        change(pdf)
    file = io.BytesIO()
    pdf.save(file, **saving)
    return file.getvalue()


def an_image(kind="JPEG", size=(60, 40), mode="RGB", **saving) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "white").save(file, kind, **saving)
    return file.getvalue()


def a_photograph() -> bytes:
    """Taken with the phone held upright, at a place that it noted."""
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = "Telefono de Rosa", 6
    exif[GPS] = {1: "S", 2: (15.0, 50.0, 24.0), 3: "W", 4: (70.0, 1.0, 12.0)}
    return an_image(exif=exif, comment=b"Rosa en Puno")


def sent(content: bytes, name="carta.pdf", said="application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=said)


def runs_a_script(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launches(pdf):
    act = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=act)
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


def opens_with(**act):
    """Something is done as soon as the file is opened."""

    def change(pdf):
        pdf.Root.OpenAction = pikepdf.Dictionary(**act)

    return change


def opens_at_its_page(pdf):
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])


def on_leaving_the_page(**act):
    def change(pdf):
        pdf.pages[0].AA = pikepdf.Dictionary(C=pdf.make_indirect(pikepdf.Dictionary(**act)))

    return change


def has_a_link(**act):
    """Something is done when somebody presses a place on the page."""

    def change(pdf):
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link)
        note.A = pikepdf.Dictionary(**act)
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])

    return change


def takes_a_stream_from_elsewhere(pdf):
    stream = pdf.make_stream(b"")
    stream.F = pikepdf.Dictionary(FS=pikepdf.Name.URL, F="https://example.org/x")
    pdf.pages[0].Contents = stream


def does_one_thing_after_the_other(pdf):
    act = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.GoTo, D="start"))
    act.Next = act
    pdf.Root.OpenAction = act


def has_a_dynamic_form(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"))


def holds_a_file(pdf):
    pdf.attachments["macro.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="macro.exe")


def has_a_long_array(pdf):
    pdf.Root.K = pikepdf.Object.parse(b"[" + b"1 " * 2_500_000 + b"]")


def a_hollow_pdf(megabytes: int) -> bytes:
    """Small, and of so many megabytes once it is unpacked: an object stream of nothing."""
    press = zlib.compressobj(9)
    pressed = press.compress(b"7 0 ")
    pressed += b"".join(press.compress(b" " * 1024 * 1024) for _each in range(megabytes))
    pressed += press.compress(b"<</A 1>>") + press.flush()
    parts = [
        b"%PDF-1.5\n",
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/Metadata 7 0 R>>\nendobj\n",
        b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
        b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n",
        b"4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n"
        % len(pressed)
        + pressed
        + b"\nendstream\nendobj\n",
    ]
    at, body = [], b""
    for part in parts:
        at.append(len(body))
        body += part
    rows = [(0, 0, 65535), *((1, place, 0) for place in at[1:]), (0, 0, 0), (0, 0, 0), (2, 4, 0)]
    here = len(body)
    rows.append((1, here, 0))
    table = b"".join(
        bytes([kind]) + place.to_bytes(4, "big") + last.to_bytes(2, "big")
        for kind, place, last in rows
    )
    body += (
        b"8 0 obj\n<</Type/XRef/Size 9/W[1 4 2]/Root 1 0 R/Length %d>>\nstream\n" % len(table)
        + table
        + b"\nendstream\nendobj\n"
    )
    return body + b"startxref\n%d\n%%%%EOF\n" % here
