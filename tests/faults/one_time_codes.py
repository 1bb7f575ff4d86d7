"""One-time codes that were used and guessed at, straight in the service that keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

from idp.accounts.aliases import AliasIndexes
from idp.accounts.identifiers.phones import canonicalise_phone
from idp.authn.one_time_codes import CodeBinding, CodeCheck, IssuedCode, OneTimeCodes
from idp.crypto.blind_index import BlindIndex
from idp.messaging.message import Purpose
from idp.services.wiring import Services


@dataclass
class TriedCodes:
    """Two codes of one phone: `accepted` was used, `guessed` has one try left."""

    binding: CodeBinding
    accepted: IssuedCode = field(repr=False)
    guessed: IssuedCode = field(repr=False)

    async def check_all_stand(self, services: Services) -> None:
        """The used one is refused, and one more guess ends the other."""
        codes = _codes(services)
        async with services.database.write() as transaction:
            again = await codes.check(
                transaction, self.binding, self.accepted.code_id, self.accepted.code
            )
            assert again is CodeCheck.UNUSABLE
            last = await codes.check(transaction, self.binding, self.guessed.code_id, "nothing")
            assert last is CodeCheck.UNUSABLE
            late = await codes.check(
                transaction, self.binding, self.guessed.code_id, self.guessed.code
            )
            assert late is CodeCheck.UNUSABLE


async def try_codes(services: Services, phone: str) -> TriedCodes:
    """Use one code, and guess at another until one try is left."""
    codes = _codes(services)
    indexes = AliasIndexes(BlindIndex(services.foundation.root))
    binding = CodeBinding(
        Purpose.REGISTRATION, indexes.phone(canonicalise_phone(phone)), "reference of a transaction"
    )
    async with services.database.write() as transaction:
        accepted = await codes.issue(transaction, binding)
        check = await codes.check(transaction, binding, accepted.code_id, accepted.code)
        assert check is CodeCheck.ACCEPTED
        guessed = await codes.issue(transaction, binding)
        for _ in range(services.settings.authn.one_time_codes.tries - 1):
            check = await codes.check(transaction, binding, guessed.code_id, "wrong")
            assert check is CodeCheck.WRONG
    return TriedCodes(binding, accepted, guessed)


def _codes(services: Services) -> OneTimeCodes:
    base = services.foundation
    settings = services.settings.authn.one_time_codes.model_copy(update={"pause_seconds": 0})
    return OneTimeCodes(base.root, base.audit, base.clock, settings)
