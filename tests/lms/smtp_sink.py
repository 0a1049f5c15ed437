"""A real mail server on this machine that keeps what it is given, and fails as it is told."""

import socket
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Sink:
    """`mails` are (recipient, parsed mail). `answers` maps a recipient to the server's answer
    at RCPT, `at_data` to the one after the text; `hang_up_on` breaks the connection there."""

    def __init__(self):
        self.mails = []
        self.answers = {}
        self.at_data = {}
        self.hang_up_on = set()
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        [to] = envelope.rcpt_tos
        if to in self.at_data:
            return self.at_data[to]
        self.mails.append((to, message_from_bytes(envelope.content, policy=policy.default)))
        if to in self.hang_up_on:
            server.transport.close()
        return "250 taken"

    def to(self, address):
        return [mail for to, mail in self.mails if to == address]


def start(sink: Sink) -> Controller:
    """Listening on a free port of 127.0.0.1, `controller.port`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    return controller
