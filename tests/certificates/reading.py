"""What a reader, or a search, finds in a PDF: its text, by the maps that its fonts carry."""

import io
import re

import pikepdf

CHAR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def text_of(paper: bytes) -> str:
    """All text as drawn, without the line ends."""
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        return " ".join(_text_of_page(page) for page in pdf.pages)


def _text_of_page(page) -> str:
    maps = {name: _letters(font) for name, font in page.Resources.Font.items()}
    drawn, letters = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            letters = maps[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            codes = b"".join(bytes(one) for one in parts if isinstance(one, pikepdf.String))
            drawn.append("".join(letters.get(code, "") for code in _pairs(codes)))
    return "".join(drawn)


def _pairs(codes: bytes):
    return (int.from_bytes(codes[place : place + 2], "big") for place in range(0, len(codes), 2))


def _letters(font) -> dict[int, str]:
    source = font.ToUnicode.read_bytes()
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", source, re.DOTALL):
        for code, letter in CHAR.findall(block):
            found[int(code, 16)] = bytes.fromhex(letter.decode()).decode("utf-16-be")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", source, re.DOTALL):
        for start, end, letter in RANGE.findall(block):
            first = int(letter, 16)
            for code in range(int(start, 16), int(end, 16) + 1):
                found[code] = chr(first + code - int(start, 16))
    return found
