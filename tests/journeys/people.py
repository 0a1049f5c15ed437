"""People at their browsers and mailboxes: all that they do, they do on the site's own pages."""

import re

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from tests.enrollment.applying import COMPLETE
from tests.entrance import SiteClient

CODE = re.compile(r":\s*(\d{6})\s*$", re.MULTILINE)


class Person:
    """`language` is that of the site's pages and of the mails, `zone` that of the device."""

    def __init__(self, site, email: str, language: str, zone: str, **answers):
        self.site, self.email, self.language, self.zone = site, email, language, zone
        self.answers = {**COMPLETE, "language": language, **answers}
        self.browser = SiteClient()
        self.read = 0

    @property
    def name(self) -> str:
        return f"{self.answers['given_names']} {self.answers['family_names']}"

    # -- the site ----------------------------------------------------------------------

    def address(self, name: str, *args, **kwargs) -> str:
        with translation.override(self.language):
            return reverse(name, args=args, kwargs=kwargs)

    def enters(self):
        """By the code that was mailed, in a browser that says its time zone."""
        with translation.override(self.language):
            self.browser = SiteClient()
        self.browser.post(self.address("accounts:enter"), {"email": self.email})
        self.site.delivers()
        data = {"code": self.code_received(), "time_zone": self.zone}
        return self.browser.post(self.address("accounts:code"), data)

    def opens(self, address: str, status: int = 200):
        answer = self.browser.get(address, follow=True)
        assert answer.status_code == status, (address, answer.status_code)
        return answer

    def reads(self, address: str, *texts: str, status: int = 200) -> str:
        """Open a page in one's own language and find these texts on it."""
        page = self.opens(address, status).content.decode()
        assert f'<html lang="{self.language}"' in page, page[:300]
        for text in texts:
            assert text in page, (text, page[-6000:])
        return page

    def sends(self, address: str, data=None, status: int = 302):
        """Press a button: a POST that leads on, unless another status is expected."""
        answer = self.browser.post(address, data or {})
        assert answer.status_code == status, (address, answer.status_code, refusals(answer))
        return answer

    def says(self, text: str, **values) -> str:
        """The site's text in the person's language, into which it was translated."""
        with translation.override(self.language):
            spoken = gettext(text)
        assert spoken != text or self.language == "en", f"not translated: {text}"
        return spoken % values

    # -- the mailbox -------------------------------------------------------------------

    def _unread(self) -> list:
        return self.site.sink.to(self.email)[self.read :]

    def _takes_next(self):
        unread = self._unread()
        assert unread, f"{self.email} has no new mail"
        self.read += 1
        mail = unread[0]
        assert mail["Content-Language"] == self.language
        assert f'lang="{self.language}"' in mail.get_body(("html",)).get_content()
        return mail, mail.get_body(("plain",)).get_content()

    def code_received(self) -> str:
        mail, text = self._takes_next()
        assert subject_of(mail).startswith(self.says("Your code for %(site_name)s", site_name=""))
        return CODE.search(text)[1]

    def receives(self, subject: str, *texts: str, **values) -> str:
        """The next mail: its subject in the person's language, and these texts in it."""
        mail, text = self._takes_next()
        found, expected = subject_of(mail), self.says(subject, **values)
        assert found == expected, (found, expected)
        for one in texts:
            assert one in text, (one, text)
        return text

    def has_read_everything(self) -> None:
        assert [subject_of(mail) for mail in self._unread()] == []


def subject_of(mail) -> str:
    """Without the blank that a long subject, folded at its beginning, is read with."""
    return mail["Subject"].strip()


def refusals(answer):
    """What a form's page says is wrong, for a test that fails."""
    form = (answer.context or {}).get("form")
    return form.errors if form is not None else answer.content[:2000]
