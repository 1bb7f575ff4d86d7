"""The algorithms a client may register, each list for one use (R17).

RFC 7518 sections 3.1, 4.1 and 5.1, RFC 8037 section 3.1. Not offered anywhere: `none`, PBES2 (the
sender chooses how long we compute), RSA1_5 (padding oracles), `dir` and key wrapping under a
client secret.
"""

from __future__ import annotations

from typing import Literal, get_args

SignatureAlgorithm = Literal["ES256", "RS256"]
"""What this service signs with."""

ClientSignatureAlgorithm = Literal["ES256", "PS256", "RS256", "EdDSA", "Ed25519"]
"""What a client signs with its own key."""

ClientMacAlgorithm = Literal["HS256", "HS384", "HS512"]
"""What a client computes with its secret (`client_secret_jwt`)."""

KeyManagementAlgorithm = Literal[
    "RSA-OAEP-256", "RSA-OAEP", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW"
]
"""How this service encrypts to a client's key."""

ContentEncryption = Literal["A128CBC-HS256", "A256CBC-HS512", "A128GCM", "A256GCM"]
"""With what it encrypts."""

CLIENT_SIGNATURE_ALGORITHMS: tuple[str, ...] = get_args(ClientSignatureAlgorithm)
CLIENT_MAC_ALGORITHMS: tuple[str, ...] = get_args(ClientMacAlgorithm)
KEY_MANAGEMENT_ALGORITHMS: tuple[str, ...] = get_args(KeyManagementAlgorithm)
CONTENT_ENCRYPTIONS: tuple[str, ...] = get_args(ContentEncryption)
DEFAULT_CONTENT_ENCRYPTION: ContentEncryption = "A128CBC-HS256"
"""OpenID Connect Registration section 2: when only the key management is registered."""
