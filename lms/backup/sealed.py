"""The file of a backup: a stream of sealed frames.

    magic line, header (JSON, one line), frames: length (4 bytes), AES-256-GCM of at most 1 MiB

Each frame's nonce holds its number and whether it is the last, so that nothing can be cut off,
left out or put elsewhere without being noticed (the STREAM construction). Without a key the
frames are sealed with a key that everybody knows: that protects from damage, not from readers.
"""

from __future__ import annotations

import io
import json
import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"judicial-training backup 1\n"
FRAME = 1024 * 1024
TAG = 16
LENGTH = struct.Struct(">I")
LONGEST_HEADER = 4096


class Damaged(Exception):
    """The file is not whole, not what was written, or not for this key."""


def _keys(secret: str, salt: bytes) -> tuple[bytes, bytes]:
    """The key of the frames, and what shows whether a key is the right one."""
    both = Scrypt(salt=salt, length=64, n=2**15, r=8, p=1).derive(secret.encode())
    return both[:32], both[32:]


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">QI", number, int(last))


class Sealer(io.RawIOBase):
    """A file to write to. `close()` writes the last frame: without it the backup is not whole."""

    def __init__(self, file: BinaryIO, secret: str):
        self._file, self._rest, self._number = file, bytearray(), 0
        salt = os.urandom(16)
        key, check = _keys(secret, salt)
        header = {"encrypted": bool(secret), "salt": salt.hex(), "check": check.hex()}
        self._header = json.dumps(header).encode() + b"\n"
        self._cipher = AESGCM(key)
        file.write(MAGIC + self._header)

    def writable(self):
        return True

    def write(self, data) -> int:
        self._rest += data
        while len(self._rest) > FRAME:
            self._frame(bytes(self._rest[:FRAME]), last=False)
            del self._rest[:FRAME]
        return len(data)

    def close(self):
        if not self.closed:
            self._frame(bytes(self._rest), last=True)
            super().close()

    def _frame(self, data: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last), data, self._header)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class Opener(io.RawIOBase):
    """A file to read from; raises `Damaged` before it gives a byte that was not written."""

    def __init__(self, file: BinaryIO, secret: str):
        self._file, self._number, self._rest, self._is_last = file, 0, b"", False
        if file.readline(len(MAGIC)) != MAGIC:
            raise Damaged("This is no backup of this site.")
        self._header = file.readline(LONGEST_HEADER)
        try:
            header = json.loads(self._header)
            salt, check = bytes.fromhex(header["salt"]), bytes.fromhex(header["check"])
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged("The backup's first lines are damaged.") from error
        if header["encrypted"] and not secret:
            raise Damaged("The backup is encrypted: set BACKUP_KEY.")
        key, mine = _keys(secret if header["encrypted"] else "", salt)
        if mine != check:
            raise Damaged("BACKUP_KEY is not the key of this backup, or the file is damaged.")
        self._cipher = AESGCM(key)

    def readable(self):
        return True

    def readinto(self, buffer) -> int:
        while not self._rest and not self._is_last:
            self._rest = self._frame()
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def _frame(self) -> bytes:
        head = self._file.read(LENGTH.size)
        if len(head) < LENGTH.size:
            raise Damaged("The backup is cut off: its end is missing.")
        [length] = LENGTH.unpack(head)
        if not TAG <= length <= FRAME + TAG:
            raise Damaged("The backup is damaged: it is not what was written.")
        sealed = self._file.read(length)
        if len(sealed) < length:
            raise Damaged("The backup is cut off: its end is missing.")
        for last in (False, True):
            try:
                data = self._cipher.decrypt(_nonce(self._number, last), sealed, self._header)
            except InvalidTag:
                continue
            self._number, self._is_last = self._number + 1, last
            if last and self._file.read(1):
                raise Damaged("The backup is damaged: something was added to its end.")
            return data
        raise Damaged("The backup is damaged: it is not what was written.")
