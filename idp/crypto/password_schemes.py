"""The password hash formats that are read, and the one that is written (Argon2id).

Older formats arrive with accounts of departments' former systems and are replaced at the first
sign-in. Two are Chinese: PBKDF2 with SM3, and a salted SM3 digest in the manner of LDAP.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, ClassVar

# libpass ships no types; everything taken from it is given one at our border.
import passlib.utils.handlers as uh
from passlib.context import CryptContext
from passlib.utils.binary import ab64_decode, ab64_encode

from idp.crypto.password_settings import PasswordHashingSettings

BCRYPT_MAX_BYTES = 72
"""bcrypt never read further; today's library raises where older ones cut."""


class Pbkdf2Sm3(uh.HasRounds, uh.HasRawSalt, uh.HasRawChecksum, uh.GenericHandler):
    """`$pbkdf2-sm3$<rounds>$<salt>$<checksum>`, both in passlib's adapted base64."""

    name: ClassVar[str] = "pbkdf2_sm3"
    ident: ClassVar[str] = "$pbkdf2-sm3$"
    setting_kwds: ClassVar[tuple[str, ...]] = ("salt", "rounds", "salt_size")
    checksum_size: ClassVar[int] = 32
    default_salt_size: ClassVar[int] = 16
    max_salt_size: ClassVar[int] = 64
    default_rounds: ClassVar[int] = 100_000
    min_rounds: ClassVar[int] = 1
    max_rounds: ClassVar[int] = 5_000_000
    rounds_cost: ClassVar[str] = "linear"

    @classmethod
    def from_string(cls, hash: str) -> Any:
        """Parse a stored hash; raises ValueError."""
        rounds, salt, checksum = uh.parse_mc3(hash, cls.ident, handler=cls)
        return cls(
            rounds=rounds,
            salt=ab64_decode(salt.encode()),
            checksum=ab64_decode(checksum.encode()) if checksum else None,
        )

    def to_string(self) -> str:
        salt, checksum = ab64_encode(self.salt).decode(), ab64_encode(self.checksum).decode()
        text: str = uh.render_mc3(self.ident, self.rounds, salt, checksum)
        return text

    def _calc_checksum(self, secret: str | bytes) -> bytes:
        return hashlib.pbkdf2_hmac("sm3", _to_bytes(secret), self.salt, self.rounds)


class SaltedSm3(uh.HasSalt, uh.GenericHandler):
    """`{SM3}<salt>$<64 hexadecimal digits of SM3(salt || password)>`."""

    name: ClassVar[str] = "salted_sm3"
    ident: ClassVar[str] = "{SM3}"
    setting_kwds: ClassVar[tuple[str, ...]] = ("salt", "salt_size")
    checksum_size: ClassVar[int] = 64
    checksum_chars: ClassVar[str] = uh.LOWER_HEX_CHARS
    default_salt_size: ClassVar[int] = 16
    min_salt_size: ClassVar[int] = 1
    max_salt_size: ClassVar[int] = 64
    salt_chars: ClassVar[str] = uh.HASH64_CHARS

    _PATTERN: ClassVar[re.Pattern[str]] = re.compile(
        r"\{SM3\}([./0-9A-Za-z]{1,64})\$([0-9a-fA-F]{64})"
    )

    @classmethod
    def from_string(cls, hash: str) -> Any:
        """Parse a stored hash; raises ValueError."""
        match = cls._PATTERN.fullmatch(hash if isinstance(hash, str) else hash.decode())
        if match is None:
            raise uh.exc.InvalidHashError(cls)
        return cls(salt=match[1], checksum=match[2].lower())

    def to_string(self) -> str:
        return f"{self.ident}{self.salt}${self.checksum}"

    def _calc_checksum(self, secret: str | bytes) -> str:
        return hashlib.new("sm3", self.salt.encode() + _to_bytes(secret)).hexdigest()


def _to_bytes(secret: str | bytes) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret


def crypt_context(settings: PasswordHashingSettings) -> CryptContext:
    """Return the context that reads every format and writes Argon2id at the configured cost."""
    return CryptContext(
        [
            "argon2",
            Pbkdf2Sm3,
            SaltedSm3,
            "bcrypt",
            "pbkdf2_sha256",
            "ldap_salted_sha1",
            "md5_crypt",
            "phpass",
        ],
        default="argon2",
        deprecated="auto",
        argon2__type="ID",
        argon2__memory_cost=settings.memory_kib,
        argon2__time_cost=settings.passes,
        argon2__parallelism=settings.lanes,
    )
