"""What applicants and participants do: apply, answer an offer, learn, discuss, download."""

import json

from tests.journeys.people import Person

WHERE = {"program": "judges", "edition": "2019"}
LONG = "Un juez pondera el derecho de cada parte antes de medir la red. " * 8  # 96 words


class Applicant(Person):
    def on(self, name: str) -> str:
        """One of the person's pages of the edition."""
        return self.address(f"enrollment:{name}", **WHERE)

    # -- applying ----------------------------------------------------------------------

    def fills_in_the_form(self) -> None:
        """Enter, fill in, continue to the check of the answers: a draft is kept, nothing sent."""
        self.enters()
        shown = self.opens(self.on("application_form"))
        data = {**self.answers, "revision": shown.context["revision"], "continue": "1"}
        self.sends(self.on("application_form"), data)

    def submits(self, status: int = 302):
        revision = self.opens(self.on("application_check")).context["application"].revision
        return self.presses_submit(revision, status)

    def presses_submit(self, revision: int, status: int = 302):
        return self.sends(self.on("application_check"), {"revision": revision}, status)

    def applies(self) -> None:
        self.fills_in_the_form()
        self.submits()
        self.receives_the_receipt()

    def receives_the_receipt(self, *texts: str) -> None:
        self.site.delivers()
        self.code = self.opens(self.on("application_status")).context["application"].code
        self.receives("We received your application %(code)s", self.code, *texts, code=self.code)

    def own_data(self) -> dict:
        """All that the site keeps of the person, as they download it."""
        answer = self.opens(self.address("accounts:download_data"))
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return json.loads(text)

    def reads_the_outcome(self, *texts: str) -> str:
        return self.reads(self.on("outcome"), *map(self.says, texts))

    def accepts(self) -> None:
        self.enters()
        self.reads_the_outcome("I confirm my place")
        self.sends(self.on("offer_accept"))
        self.site.delivers()

    # -- phase one ---------------------------------------------------------------------

    def page_of(self, *words: str) -> str:
        return "/".join(["", self.language, "jueces", "2019", *words, ""])

    def studies(self, order: int, answer: str = "a") -> bool:
        """Read the module's lesson, press the button, answer the quiz: “a” is always right.
        Gives whether the quiz was passed."""
        lesson = self.opens(self.page_of(f"m{order}", "leccion")).context["page"]
        self.sends(self.address("content:mark_read", lesson.translation_key))
        return self.tries_the_quiz(lesson.module_id, answer)

    def tries_the_quiz(self, module: int, answer: str) -> bool:
        quiz = self.sends(self.address("content:quiz_start", module)).url
        shown = self.opens(quiz)
        answers = dict.fromkeys(shown.context["form"].fields, answer)
        result = self.sends(quiz, {**answers, "act": "submit"}).url
        return self.opens(result).context["attempt"].is_passed

    # -- phase two ---------------------------------------------------------------------

    def enters_the_room(self, discussion: int):
        return self.opens(self.address("content:discussion", discussion))

    def contributes(self, discussion: int, text: str = LONG) -> None:
        room = self.enters_the_room(discussion)
        token = room.context["form"]["token"].value()
        self.sends(room.redirect_chain[-1][0], {"text": text, "token": token})

    def replies(self, discussion: int, author: str, text: str) -> None:
        """To the first post in the room that this author wrote."""
        shown = self.enters_the_room(discussion).context["shown"]
        post = next(item.post for item in shown if item.author.name == author)
        url = self.address("content:post_reply", post.pk)
        token = self.opens(url).context["form"]["token"].value()
        self.sends(url, {"text": text, "token": token})

    # -- the certificate ---------------------------------------------------------------

    def confirms_the_name(self, name: str) -> None:
        self.sends(self.on("enrollment_name"), {"name": name})

    def downloads(self) -> tuple[str, bytes]:
        """(the printed serial, the PDF) of the certificate of the program."""
        held = self.opens(self.address("certificates:mine")).context["certificates"]
        [held] = [one for one in held if one.kind == "program"]
        answer = self.opens(self.address("certificates:download", held.serial))
        assert answer["Content-Type"] == "application/pdf"
        return held.printed_serial, answer.content
