"""What somebody uploads is what its bytes are: it opens, runs nothing, and tells no place."""

import io
import json
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pikepdf
import pytest
from django.utils import translation
from PIL import Image

from lms.decisions import DomainError
from lms.media import inspecting, uploads
from lms.media.uploads import MEGABYTE, REFUSALS, in_line, received, shown_name
from tests.lms import files

ALL = ("pdf", "jpeg", "png")
OTHER_PROGRAM = """
import json, os, sys
sys.stdin.buffer.read()
known = {"environment": dict(os.environ), "folder": os.getcwd(), "holds": os.listdir()}
print(json.dumps({"kind": "pdf"}), json.dumps(known), sep="\\n")
"""
WEIGHED = """
import resource, subprocess, sys
command = [sys.executable, "-I", sys.argv[1], "1000000"]
subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
HURRIED = """
import sys
sys.path.insert(0, sys.argv.pop())
import inspecting
inspecting.SECONDS = 1
inspecting.main()
"""
PAGE = b"<!doctype html><script>alert(1)</script>"
NAME, FAR = pikepdf.Name, "https://far.example/"
OPENS = pikepdf.Dictionary(S=NAME.URI, URI=FAR)
LOCKED = pikepdf.Encryption(owner="o", user="u")
FOR_ALL = pikepdf.Encryption(owner="o", user="")


def code_of(content, allowed=ALL, **how):
    """With which code it is refused; empty where it is taken."""
    try:
        received(files.sent(content, **how), allowed, MEGABYTE)
    except DomainError as refusal:
        assert str(refusal.reason) != refusal.code
        return refusal.code
    return ""


def test_a_pdf_is_kept_byte_for_byte():
    """It may be signed."""
    content = files.a_pdf()
    taken = received(files.sent(content), ALL, MEGABYTE)
    assert (taken.name, taken.kind, taken.content) == ("carta.pdf", "pdf", content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (PAGE, "wrong_type"),
        (b"\n" + PAGE, "wrong_type"),
        (b"PK\x03\x04 a document of an office", "wrong_type"),
        (b"GIF89a" + files.a_pdf(), "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type"),
        (b"%PDF-1.7\n" + PAGE, "damaged"),
        (b"%PDF-1.7\n" + PAGE + b"\n%%EOF", "damaged"),
        (files.a_pdf()[:-200], "damaged"),
        (files.a_pdf() + b"PK\x03\x04 an archive behind it", "damaged"),
        (files.a_pdf() + PAGE, "damaged"),
        (files.a_pdf(encryption=LOCKED), "locked"),
        (files.a_pdf(encryption=FOR_ALL), ""),
        (files.a_pdf(files.runs_a_script), "runs"),
        (files.a_pdf(files.launches), "runs"),
        (files.a_pdf(files.has_a_dynamic_form), "runs"),
        (files.a_pdf(files.holds_a_file), "holds"),
        (files.a_pdf(files.opens_with(S=NAME.URI, URI=FAR)), "reaches"),
        (files.a_pdf(files.opens_with(S=NAME.SubmitForm, F=FAR)), "reaches"),
        (files.a_pdf(files.opens_with(S=NAME.GoToR, F="other.pdf", D="x")), "reaches"),
        (files.a_pdf(files.opens_with(S=NAME.Launch, F="cmd.exe")), "runs"),
        (files.a_pdf(files.opens_with(S=NAME.GoTo, D="x", Next=OPENS)), "reaches"),
        (files.a_pdf(files.opens_with(S=NAME.GoTo, D="x", Next=[OPENS])), "reaches"),
        (files.a_pdf(files.on_leaving_the_page(S=NAME.URI, URI=FAR)), "reaches"),
        (files.a_pdf(files.has_a_link(S=NAME.SubmitForm, F=FAR)), "reaches"),
        (files.a_pdf(files.has_a_link(S=NAME.GoToR, F="//far.example/x", D="x")), "reaches"),
        (files.a_pdf(files.takes_a_stream_from_elsewhere), "reaches"),
        (files.a_pdf(files.does_one_thing_after_the_other), "damaged"),
        (files.a_pdf(files.has_a_link(S=NAME.URI, URI=FAR)), ""),
        (files.a_pdf(files.opens_at_its_page), ""),
        (files.a_pdf(files.opens_with(S=NAME.GoTo, D="start")), ""),
        (files.a_pdf(files.on_leaving_the_page(S=NAME.Named, N=NAME.NextPage)), ""),
        (files.a_pdf(files.runs_a_script, encryption=FOR_ALL), "runs"),
        (b"\xff\xd8\xff" + PAGE, "damaged"),
        (files.an_image()[:-300], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + PAGE, "damaged"),
        (files.an_image("PNG", (12_000, 12_000), "1"), "too_many_pixels"),
        (files.an_image("PNG", (6_000, 6_000), "1"), ""),
        (files.an_image("GIF"), "wrong_type"),
    ],
)
def test_a_file_is_told_by_what_is_in_it(content, code):
    assert code_of(content) == code
    assert code_of(content, name="x.jpg", said="image/jpeg") == code


def test_a_pdf_that_would_fill_the_memory_is_refused_in_a_process_of_its_own():
    content = files.a_hollow_pdf(900)
    assert len(content) < MEGABYTE
    assert code_of(content) == "damaged"
    command = [sys.executable, "-c", WEIGHED, inspecting.__file__]
    done = subprocess.run(command, input=content, capture_output=True, check=True)  # noqa: S603
    assert 0 < int(done.stdout) < inspecting.MEMORY
    assert code_of(files.a_pdf()) == ""


def test_a_pdf_that_keeps_the_processor_busy_is_given_up():
    command = [sys.executable, "-I", "-c", HURRIED, "1000", str(Path(inspecting.__file__).parent)]
    content = files.a_pdf(files.has_a_long_array)
    done = subprocess.run(command, input=content, capture_output=True, check=False)  # noqa: S603
    assert done.returncode == -signal.SIGKILL


def test_whoever_has_two_files_in_line_waits_in_no_other_place():
    with in_line(1), in_line(1):
        with pytest.raises(DomainError) as refusal, in_line(1):
            pass
        with in_line(2):
            pass
    assert refusal.value.code == "busy"
    with in_line(1):
        pass


def test_a_process_looks_at_one_file_while_one_waits_and_sends_the_others_away(monkeypatch):
    """The thread of a third is free at once."""
    monkeypatch.setattr(uploads, "_line", threading.BoundedSemaphore(uploads.IN_A_PROCESS))
    monkeypatch.setattr(uploads, "WAITS", 60)
    codes = []
    waits = threading.Thread(target=lambda: codes.append(code_of(files.a_pdf())))
    with uploads._line:
        uploads._turn.acquire()
        waits.start()
        while uploads._line._value:
            time.sleep(0.01)
        began = time.monotonic()
        assert code_of(files.a_pdf()) == "busy"
        assert time.monotonic() - began < 1
        uploads._turn.release()
        waits.join()
    assert codes == [""]


def test_who_looks_through_a_file_knows_no_secret_and_stands_in_an_empty_folder(
    monkeypatch, tmp_path
):
    secrets = ("SECRET_KEY", "DATABASE_URL", "S3_SECRET_ACCESS_KEY", "BACKUP_KEY", "PYTHONPATH")
    for name in secrets:
        monkeypatch.setenv(name, "known-to-the-site-alone")
    program = tmp_path / "tells_what_it_knows.py"
    program.write_text(OTHER_PROGRAM)
    monkeypatch.setattr(inspecting, "__file__", str(program))
    known = json.loads(received(files.sent(files.a_pdf()), ALL, MEGABYTE).content)
    assert known["environment"].keys() <= {"LC_CTYPE", "LD_LIBRARY_PATH"}  # Python sets the first
    assert known["holds"] == [] and not Path(known["folder"]).exists()


def test_only_the_kinds_that_the_question_allows_are_taken():
    assert code_of(files.a_pdf(), allowed=("jpeg", "png")) == "wrong_type"
    assert code_of(files.an_image(), allowed=("pdf",)) == "wrong_type"


def test_too_large_a_file_is_refused_with_both_sizes():
    with translation.override("en"), pytest.raises(DomainError) as refusal:
        received(files.sent(b"%PDF-" + b"0" * 2 * MEGABYTE), ALL, MEGABYTE)
    assert refusal.value.code == "too_large"
    assert "2.0 MB" in str(refusal.value.reason) and "1 MB" in str(refusal.value.reason)


def test_a_photograph_loses_where_and_with_what_it_was_taken_and_stands_upright():
    content = files.a_photograph()
    assert b"Telefono de Rosa" in content and b"Rosa en Puno" in content
    taken = received(files.sent(content), ALL, MEGABYTE)
    assert b"Rosa" not in taken.content and b"Exif" not in taken.content
    with Image.open(io.BytesIO(taken.content)) as image:
        assert not image.getexif() and image.size == (40, 60)
    assert taken.name == "carta.jpg"


def test_what_is_hidden_in_or_behind_an_image_does_not_stay():
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Author", "Rosa Medina")
    content = files.an_image("PNG", mode="RGBA", pnginfo=note) + PAGE
    taken = received(files.sent(content), ALL, MEGABYTE)
    assert b"Rosa" not in taken.content and b"script" not in taken.content


def test_a_huge_photograph_is_made_readable_and_no_larger():
    taken = received(files.sent(files.an_image(size=(6000, 3000))), ALL, MEGABYTE)
    with Image.open(io.BytesIO(taken.content)) as image:
        assert image.size == (inspecting.LONGEST_SIDE, inspecting.LONGEST_SIDE // 2)


def of_speckles(kind, side, **saving) -> bytes:
    """What is hard to press together, of 256 colors."""
    image = Image.frombytes("P", (side, side), random.Random(7).randbytes(side * side))
    image.putpalette(random.Random(8).randbytes(768))
    file = io.BytesIO()
    (image if kind == "PNG" else image.convert("RGB")).save(file, kind, **saving)
    return file.getvalue()


def taken_with(content, most) -> Image.Image:
    """The image that is kept, where it fits."""
    taken = received(files.sent(content), ALL, most)
    assert len(taken.content) <= most
    return Image.open(io.BytesIO(taken.content))


def test_an_image_of_few_colors_stays_as_small_as_it_was():
    content = of_speckles("PNG", 900, transparency=3)
    image = taken_with(content, len(content) + 2000)
    with Image.open(io.BytesIO(content)) as before:
        assert (image.mode, image.size) == ("P", (900, 900))
        assert image.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_an_image_that_takes_more_once_it_is_drawn_anew_is_made_smaller():
    content = of_speckles("JPEG", 1800, quality=30)
    image = taken_with(content, len(content))
    assert inspecting.READABLE <= image.width < 1800


def test_an_image_that_cannot_be_made_smaller_and_be_read_is_too_large():
    content = of_speckles("JPEG", 900, quality=30)
    with pytest.raises(DomainError) as refusal:
        received(files.sent(content), ALL, len(content))
    assert refusal.value.code == "too_large"
    assert refusal.value.reason == REFUSALS["too_large"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Carta de la Corte.pdf", "Carta de la Corte.pdf"),
        ("carta.PDF", "carta.pdf"),
        ("carta.final.html", "carta.final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Rosa\\carta.pdf", "carta.pdf"),
        ("anexo\u202efdp.exe", "anexofdp.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ('a"; filename="b.exe.pdf', "a_; filename=_b.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("\u200b\u200f.pdf", "pdf.pdf"),
        ("résolución ñandutí.pdf", "résolución ñandutí.pdf"),
    ],
)
def test_the_name_of_a_file_is_made_harmless_and_ends_as_what_it_is(name, shown):
    assert shown_name(name, "pdf") == shown
