"""Members of the program's staff in the admin, each with a second factor of their own."""

import re

from django.core.cache import cache

from tests.enrollment.staff.visits import page
from tests.entrance import totp_code
from tests.journeys.people import Person

SET_UP = "/es/account/second-factor/"
SECRET = re.compile(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"')


class Colleague(Person):
    """A person who works with the program; `secret` is in the app on their telephone."""

    def __init__(self, site, email: str):
        super().__init__(site, email, "es", "America/Montevideo")
        self.secret = ""

    def enters(self):
        """By the mailed code and a second factor, which is set up the first time."""
        answer = super().enters()
        if self.secret:
            cache.clear()  # a code of the app opens once in its half minute; here time stands still
            self.sends(answer.url, {"code": totp_code(self.secret)})
        else:
            self.secret = self._sets_up_the_app()
        return self.opens("/admin/")

    def _sets_up_the_app(self) -> str:
        shown = self.reads(SET_UP + "totp/activate/")
        secret = SECRET.search(shown)[1]
        self.sends(SET_UP + "totp/activate/", {"code": totp_code(secret)})
        return secret

    def fills_in(self, name: str, *args, **data) -> str:
        """Send a form of the program's pages; gives where it leads."""
        return self.sends(page(name, *args), data).url

    def asks_for(self, url: str, reason: str = "") -> None:
        """The first of two people: on exactly the terms that the page at `url` shows."""
        shown = self.opens(url)
        assert not shown.context["refusal"], shown.context["refusal"]
        self.sends(url, {"terms": shown.context["raw_terms"], "reason": reason})

    def confirms(self, act: str) -> None:
        """The second of two people, from the list of what waits."""
        waiting = self.opens(page("joint_acts")).context["waiting"]
        [one] = [shown for shown in waiting if shown.act.act == act]
        assert not one.refusal, one.refusal
        self.sends(page("confirm_act", one.act.pk))
        waiting = self.opens(page("joint_acts")).context["waiting"]
        assert one.act.pk not in [shown.act.pk for shown in waiting]


def two_people(first: Colleague, second: Colleague, act: str, subject: str, url="") -> None:
    """`url` is where another page leads to ask for it; else the act's own address."""
    first.asks_for(url or page("ask", act, subject))
    second.confirms(act)


def pk_in(url: str) -> int:
    """The last number of an address."""
    return int(re.findall(r"/(\d+)/", url)[-1])
