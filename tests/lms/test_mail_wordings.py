"""A program's own words in its mails: filled in safely, read once for many, else as shipped."""

import pytest

from lms import kept
from lms.mail.compose import Letter, compose_many
from lms.mail.kinds import Kind, Placeholder, Sort, kinds
from lms.mail.letters import html_of
from lms.mail.models import LONGEST_SUBJECT, LONGEST_TEXT, OutgoingMessage, Wording
from lms.mail.wordings import Words, faults_in, in_words, wordings_of
from tests.builders import a_person, instant

pytestmark = pytest.mark.django_db
AT = instant("2019-04-16T13:00")
EVIL = "https://evil.example/x"


def placeholder(name, sort, is_optional=False):
    return Placeholder(name, sort, "about", lambda context: context.get(name), "x", is_optional)


KIND = Kind(
    "tests/fact",
    "fact",
    "Group",
    (
        placeholder("name", Sort.PERSON),
        placeholder("title", Sort.TEXT),
        placeholder("rank", Sort.NUMBER),
        placeholder("deadline", Sort.DEADLINE),
        placeholder("release", Sort.MOMENT, is_optional=True),
        placeholder("answer", Sort.WORDS),
        placeholder("link", Sort.LINK),
    ),
    ("deadline", "link"),
)
GOOD = Words("About {title}", "Dear {name}:\n\nUntil {deadline}.\n\n{link}")


@pytest.fixture(autouse=True)
def a_kind(letter_templates, monkeypatch):
    monkeypatch.setitem(kinds(), KIND.template, KIND)


def reword(words=GOOD, scope="judges", language="es"):
    return Wording.objects.create(
        scope=scope, template=KIND.template, language=language, **words._asdict()
    )


def a_letter(person=None, **context):
    given = {
        "name": "Rosa",
        "title": "T",
        "rank": 3,
        "deadline": (AT, "UTC"),
        "answer": "One.\n\nTwo.",
        "link": "/es/my/",
    }
    person = person or a_person(language="es")
    return Letter(person, person, {**given, **context})


def written(*letters, scope="judges"):
    compose_many(KIND.template, letters, at=AT, scope=scope)
    return list(OutgoingMessage.objects.order_by("pk"))


def test_a_mail_is_written_in_the_program_s_own_words():
    reword()
    [mail] = written(a_letter(a_person(language="es", time_zone="America/Lima")))
    assert mail.subject == "About T"
    assert mail.text.startswith("Dear Rosa:\n\nUntil ")
    assert "en Lima" in mail.text and mail.text.endswith("\n\nhttp://localhost:8000/es/my/\n")


def test_other_languages_and_other_programs_are_as_shipped():
    reword()
    reword(Words("Soon", "Soon.\n{link}"), scope="others")
    mine, other_language = written(a_letter(), a_letter(a_person(language="pt-br")))
    assert mine.text.startswith("Dear Rosa")
    assert other_language.text.startswith("pt-br: Rosa")
    compose_many(KIND.template, [a_letter()], at=AT)
    assert OutgoingMessage.objects.get(scope="").text.startswith("es: Rosa")


def test_what_was_taken_back_is_as_shipped():
    reword(Words("", ""))
    assert written(a_letter())[0].text.startswith("es: Rosa")


def test_words_that_cannot_be_filled_in_any_more_are_not_sent():
    """A later release of the site may have fewer placeholders."""
    reword(Words("About {title}", "{gone}\n{link}"))
    assert written(a_letter())[0].text.startswith("es: Rosa")


def test_a_line_is_left_out_where_its_optional_value_is_missing():
    words = Words("x", "One.\n\nReleased: {release}\n\n\nTwo.\n{release}\nThree.")
    reword(words)
    without, having = written(a_letter(), a_letter(release=(AT, "UTC")))
    assert without.text == "One.\n\nTwo.\nThree.\n"
    assert having.text.count("2019") == 2


def test_what_a_person_typed_is_never_a_link_nor_markup_nor_filled_in_again(settings):
    own = f"{settings.SITE_URL}/es/"
    reword(Words("For {name}", "{name}\n\n{answer}\n\n<b>{title}</b> {link}\n\n{link}"))
    names = [f"<a href='{EVIL}'>", f"{own} {{link}}", "x\n\nhttps://evil.example", "{{ person }}"]
    for mail in written(*[a_letter(name=name) for name in names]):
        page = html_of(mail, mail.text)
        assert "://evil" not in mail.text and "://" not in mail.subject
        assert "<b>" not in page and "&lt;b&gt;" in page
        assert page.count("<a ") == 1 and f'href="{own}my/"' in page
        assert len(mail.subject.splitlines()) == 1
    texts = [mail.text for mail in OutgoingMessage.objects.order_by("pk")]
    assert "{link}" in texts[1] and "{{ person }}" in texts[3]


def test_words_are_read_once_for_many(django_assert_num_queries):
    reword()
    people = [a_person(language="es") for _one in range(30)]
    few, many = [a_letter(one) for one in people[:2]], [a_letter(one) for one in people]
    with django_assert_num_queries(3):
        written_few = compose_many(KIND.template, few, at=AT, scope="judges")
    with django_assert_num_queries(3):
        written_many = compose_many(KIND.template, many, at=AT, scope="judges")
    assert (written_few, written_many) == (2, 30)
    assert not OutgoingMessage.objects.exclude(subject="About T").exists()


def test_a_request_knows_them_until_they_change(django_assert_num_queries):
    row = reword()
    with kept.in_a_request():
        assert wordings_of("judges")
    with kept.in_a_request(), django_assert_num_queries(0):
        assert wordings_of("judges")["tests/fact", "es"].subject == "About {title}"
    row.subject = "Another"
    row.save()
    with kept.in_a_request():
        assert wordings_of("judges")["tests/fact", "es"].subject == "Another"


@pytest.mark.parametrize(
    ("changes", "part", "said"),
    [
        ({"subject": " "}, "subject", "subject too"),
        ({"subject": "a\nb"}, "subject", "line breaks"),
        ({"subject": "a\u2028b"}, "subject", "line breaks"),
        ({"subject": "{nombre}"}, "subject", "{nombre}"),
        ({"subject": "{link}"}, "subject", "{link} cannot stand in a subject"),
        ({"subject": "{answer}"}, "subject", "{answer} cannot"),
        ({"subject": "{release}"}, "subject", "{release} cannot"),
        ({"subject": "x" * (LONGEST_SUBJECT + 1)}, "subject", "151 characters"),
        ({"text": ""}, "text", "text too"),
        ({"text": "{deadline}"}, "text", "need this too: {link}"),
        ({"text": "{link}"}, "text", "need this too: {deadline}"),
        ({"text": "{deadline}\n{link}\n{% now %}"}, "text", "{% now %}"),
        ({"text": "{deadline}\n{link}\n{name"}, "text", "{name"),
        ({"text": "{deadline}\nSee {link}"}, "text", "{link} stands alone"),
        ({"text": "{deadline} {release}\n{link}"}, "text", "put {deadline} on another line"),
        ({"text": "{link}\n{deadline}" + "x" * LONGEST_TEXT}, "text", "10017 characters"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(english, changes, part, said):
    assert faults_in(KIND, GOOD) == {}
    faults = faults_in(KIND, GOOD._replace(**changes))
    assert list(faults) == [part]
    assert any(said in fault for fault in faults[part]), faults


def test_the_longest_subject_and_text_are_good():
    words = Words("x" * LONGEST_SUBJECT, "{deadline}\n{link}".ljust(LONGEST_TEXT, "x"))
    assert "text" in faults_in(KIND, words)  # the link is not alone
    words = Words("x" * LONGEST_SUBJECT, "{link}\n{deadline}".ljust(LONGEST_TEXT, "x"))
    assert faults_in(KIND, words) == {}


def test_values_of_one_letter_are_those_of_its_reader():
    values = KIND.values({"deadline": (AT, "America/Tijuana"), "rank": 0, "name": "a.b.example"})
    assert values["rank"] == "0" and values["release"] == ""
    assert values["name"] == "a. b. example"
    assert in_words(Words("s", "{rank}\n{title}\n{name}"), values).text == "0\na. b. example"
