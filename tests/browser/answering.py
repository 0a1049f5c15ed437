"""The site, as Chromium meets it: each request is answered in this process by the test's client.

Through the browser's own protocol and not Playwright's routes, which cannot answer a redirected
request: so redirects, posts and headers (the Content-Security-Policy with them) are the real ones.
The session is kept by the client, as one browser's would be.
"""

from __future__ import annotations

import mimetypes
import traceback
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

HOST = "http://localhost:8000"
PASSED_ON = ("accept", "accept-language", "origin", "referer", "user-agent")
NOT_PASSED_ON = ("Set-Cookie", "Content-Length")


class Answers:
    """Answers one page. `served` are the paths that were asked for, `strayed` the addresses
    outside this site (each is refused), `failures` the traces of what broke. While it
    `is_offline` nothing is answered."""

    def __init__(self, client, page):
        self.client = client
        self.served, self.strayed, self.failures = [], [], []
        self.is_offline = False
        self.protocol = page.context.new_cdp_session(page)
        self.protocol.on("Fetch.requestPaused", self.answer)
        self.protocol.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def answer(self, event: dict) -> None:
        request = event["request"]
        if not request["url"].startswith(HOST + "/"):
            self.strayed.append(request["url"])
            self.refuse(event, "BlockedByClient")
            return
        if self.is_offline:
            self.refuse(event, "InternetDisconnected")
            return
        address = urlsplit(request["url"])
        self.served.append(address.path)
        if address.path.startswith("/static/"):
            status, headers, body = self.static(address.path)
        else:
            status, headers, body = self.dynamic(address, request)
        answer = {
            "requestId": event["requestId"],
            "responseCode": status,
            "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
            "body": b64encode(body).decode(),
        }
        self.protocol.send("Fetch.fulfillRequest", answer)

    def refuse(self, event: dict, why: str) -> None:
        refusal = {"requestId": event["requestId"], "errorReason": why}
        self.protocol.send("Fetch.failRequest", refusal)

    def static(self, path: str) -> tuple[int, dict, bytes]:
        found = finders.find(path.removeprefix("/static/"))
        if not found:
            self.failures.append(f"no static file {path}")
            return 404, {}, b""
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return 200, {"Content-Type": kind}, Path(found).read_bytes()

    def dynamic(self, address, request: dict) -> tuple[int, dict, bytes]:
        sent = {name.lower(): value for name, value in request["headers"].items()}
        try:
            response = self.client.generic(
                request["method"],
                f"{address.path}?{address.query}",
                b"".join(b64decode(part["bytes"]) for part in request.get("postDataEntries", [])),
                content_type=sent.get("content-type", ""),
                headers={
                    "host": address.netloc,
                    **{name: sent[name] for name in PASSED_ON if name in sent},
                },
            )
        except Exception:
            self.failures.append(traceback.format_exc())
            return 500, {}, b""
        headers = {n: v for n, v in response.headers.items() if n not in NOT_PASSED_ON}
        return response.status_code, headers, response.getvalue()
