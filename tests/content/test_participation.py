import pytest
from django.utils import translation

from content.participation import Act, Rule, count_words, has_link, standing

pytestmark = pytest.mark.usefixtures("english")
RULE = Rule(words=80, replies=2)


def contribution(words=85, **fields):
    return Act(words=words, is_reply=False, **fields)


def reply(**fields):
    return Act(words=5, is_reply=True, **fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("La orden llega hasta aquí.", 5),
        ("¿Qué haría usted? — Nada; ¡nada!", 5),
        ("fim-de-semana à beira d’água", 4),
        ("O’Higgins, dir-se-ia", 2),
        ("1.000 direcciones, art. 13.2", 4),
        ("- uno\n- dos\n• tres", 3),
        ("👩‍⚖️ ⚖️ … -- * _ _", 0),
        ("véase https://corte.example/a/b?c=d&e=f-g y www.corte.example/x", 4),
        ("una\u00a0dos\ttres\r\n\r\ncuatro", 4),
        ("a/b", 1),
    ],
)
def test_words_are_counted_as_a_reader_would(text, words):
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("vea HTTP://corte.example", True),
        ("vea www.corte.example", True),
        ("escriba a mailto:a@b.example", True),
        ("el protocolo http: no cifra", False),
        ("corte.example", False),
    ],
)
def test_link_is_seen(text, linked):
    assert has_link(text) is linked


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ([], "none"),
        ([contribution(79)], "none"),
        ([contribution(80)], "partial"),
        ([reply()], "partial"),
        ([contribution(80), reply(), reply()], "met"),
        ([contribution(79), reply(), reply()], "partial"),
        ([contribution(), reply(), reply(to_other=False)], "partial"),
        ([contribution(), reply(), reply(counts=False)], "partial"),
        ([contribution(counts=False), reply(), reply()], "partial"),
        ([contribution(40), contribution(40), reply(), reply()], "partial"),
        ([reply(), reply(), reply(), contribution()], "met"),
    ],
)
def test_participation_is(acts, state):
    assert standing(acts, RULE).state == state


def test_missing_is_said_in_the_rules_words():
    with translation.override("en"):
        nothing = standing([], RULE).missing
        assert nothing == "a contribution of at least 80 words and 2 replies to other people"
        assert standing([contribution(), reply()], RULE).missing == "1 reply to another person"
        assert standing([reply(), reply()], RULE).missing == "a contribution of at least 80 words"
        assert standing([contribution(), reply(), reply()], RULE).missing == ""


def test_rule_without_replies_is_met_by_a_contribution():
    assert standing([contribution()], Rule(80, 0)).state == "met"
