"""The services that make tokens, read them and end them."""

from __future__ import annotations

from dataclasses import dataclass

from idp.accounts.attributes import AttributeReader
from idp.crypto.envelope import SubjectKeys
from idp.services.foundation import Foundation
from idp.tokens.access import AccessTokens
from idp.tokens.codes import Codes
from idp.tokens.encryption import ResponseEncryption
from idp.tokens.granting import TokenGranting
from idp.tokens.issuer import TokenIssuer
from idp.tokens.records import TokenRecords
from idp.tokens.refresh_token import RefreshTokens
from idp.tokens.service import Tokens


@dataclass(frozen=True, slots=True)
class TokenServices:
    """Everything about codes and tokens."""

    codes: Codes
    tokens: Tokens
    granting: TokenGranting
    access_tokens: AccessTokens
    encryption: ResponseEncryption


def build_tokens(base: Foundation) -> TokenServices:
    """Build everything about codes and tokens."""
    attributes = AttributeReader(SubjectKeys(base.root))
    refresh_tokens = RefreshTokens(base.root)
    records = TokenRecords(base.audit)
    return TokenServices(
        codes=Codes(base.root, base.clock, base.settings.tokens.code_seconds),
        tokens=Tokens(records, refresh_tokens, base.clock),
        granting=_granting(base, attributes, records, refresh_tokens),
        access_tokens=AccessTokens(
            issuer=base.settings.issuer_url,
            keys=base.keys,
            audit=base.audit,
            attributes=attributes,
            clock=base.clock,
        ),
        encryption=ResponseEncryption(base.client_keys),
    )


def _granting(
    base: Foundation,
    attributes: AttributeReader,
    records: TokenRecords,
    refresh_tokens: RefreshTokens,
) -> TokenGranting:
    issuer = TokenIssuer(
        issuer=base.settings.issuer_url,
        keys=base.keys,
        attributes=attributes,
        subjects=base.subjects,
        refresh_tokens=refresh_tokens,
        clock=base.clock,
        settings=base.settings.tokens,
    )
    return TokenGranting(
        issuer=issuer,
        records=records,
        refresh_tokens=refresh_tokens,
        clock=base.clock,
        settings=base.settings.tokens,
    )
