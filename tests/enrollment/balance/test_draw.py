"""The document of a draw: repeated, tampered with, hostile."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enrollment.balance import draw
from enrollment.balance.lots import lot
from enrollment.selection import NOT_SELECTED, SELECTED, WAITLISTED, Proposed

SEED = "7f3a"


def given(**changes) -> dict:
    """Seven people for three seats and two on the waitlist; one is open, one in by hand."""
    scores = {"A": 9000, "B": 8000, "C": 8000, "D": 8000, "E": 100, "F": 9900, "G": 50}
    applicants = [
        {"code": code, "score": score, "facts": {"gender": "w" if code in "EG" else "m"}}
        for code, score in scores.items()
    ]
    applicants[5]["open"] = True
    applicants[6]["by_hand"] = SELECTED
    return {
        "format": 1,
        "program": "p",
        "edition": "e",
        "capacity": 4,
        "waitlist": 3,
        "seed": SEED,
        "rules": [{"factor": "gender", "value": "w", "kind": "floor", "percent": 50, "order": 1}],
        "applicants": applicants,
    } | changes


def test_a_lot_is_the_same_everywhere():
    assert lot("seed", "R7K2M9QD") == 0x01321A5001


def test_outcomes_are_seats_then_ranks_with_lots_among_equals():
    drawn = draw.run(given())
    equal = sorted("BCD", key=lambda code: lot(SEED, code))
    assert drawn.outcomes == {
        "A": Proposed(SELECTED),
        "E": Proposed(SELECTED),
        "G": Proposed(SELECTED),
        equal[0]: Proposed(SELECTED),
        equal[1]: Proposed(WAITLISTED, 1),
        equal[2]: Proposed(WAITLISTED, 2),
        "F": Proposed(WAITLISTED, 3),
    }


def test_the_waitlist_ends():
    assert Proposed(NOT_SELECTED) in draw.run(given(waitlist=1)).outcomes.values()


def test_the_checksum_is_over_the_input_and_the_outcomes():
    first = draw.run(given())
    assert draw.run(json.loads(json.dumps(given()))).checksum == first.checksum
    assert draw.run(given(seed="other")).checksum != first.checksum
    assert draw.run(given(edition="other")).checksum != first.checksum
    assert len(first.checksum) == 64


def write(tmp_path, text):
    file = tmp_path / "draw.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def repeated(tmp_path, text) -> str:
    out = StringIO()
    call_command("draw", write(tmp_path, text), stdout=out)
    return out.getvalue()


def test_the_command_repeats_a_draw_without_a_database(tmp_path):
    """This test asks for none: pytest-django would refuse a query."""
    drawn = draw.run(given())
    said = repeated(tmp_path, draw.document(given(), drawn.checksum))
    assert "A selected\n" in said and "F waitlisted 3\n" in said
    assert f"The checksum agrees: {drawn.checksum}" in said
    assert "gender = w: 2 ≥ 2" in said
    assert "Proven" in said


def test_the_command_says_when_the_document_was_changed(tmp_path):
    drawn = draw.run(given())
    changed = given()
    changed["applicants"][0]["score"] += 1
    with pytest.raises(CommandError, match="does not agree"):
        repeated(tmp_path, draw.document(changed, drawn.checksum))


HOSTILE = [
    b"",
    b"\x00\xff",
    b"[]",
    b"null",
    b'{"input": 3, "checksum": "x"}',
    b'{"input": {}, "checksum": "x"}',
    b"[" * 100_000,
    json.dumps({"input": given(), "checksum": 5}).encode(),
]
WRONG = [
    {"capacity": -1},
    {"capacity": 10**30},
    {"capacity": "4"},
    {"capacity": True},
    {"capacity": None},
    {"waitlist": 1.5},
    {"seed": ""},
    {"seed": ["a"]},
    {"format": 2},
    {"rules": {}},
    {"rules": [7]},
    {"rules": [{"factor": "gender", "value": "w", "kind": "floor", "order": 1}]},
    {"rules": [{"factor": "gender", "value": 7, "kind": "floor", "number": 1, "order": 1}]},
    {"rules": [{"factor": "gender", "value": "w", "kind": "roof", "number": 1, "order": 1}]},
    {"rules": [{"factor": "gender", "value": "w", "kind": "floor", "number": 5, "order": 1}]},
    {"applicants": "A"},
    {"applicants": [None]},
    {"applicants": [{"code": "A", "score": 1}, {"code": "A", "score": 2}]},
    {"applicants": [{"code": "A", "score": -5}]},
    {"applicants": [{"code": "A", "score": 1, "facts": {"gender": 5}}]},
    {"applicants": [{"code": "A", "score": 1, "open": "yes"}]},
    {"applicants": [{"code": "A", "score": 1, "by_hand": "king"}]},
    {"applicants": [{"code": "A", "score": float("nan")}]},
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_document_is_refused_in_words(tmp_path, text):
    with pytest.raises(CommandError):
        repeated(tmp_path, text)


@pytest.mark.parametrize("changes", WRONG)
def test_a_wrong_input_is_refused_in_words(tmp_path, changes):
    with pytest.raises(CommandError):
        repeated(tmp_path, json.dumps({"input": given(**changes), "checksum": "x"}))


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError):
        call_command("draw", str(tmp_path / "none.json"))
