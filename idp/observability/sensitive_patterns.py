"""Which shapes of text are credentials or personal data, wherever they stand in a sentence."""

from __future__ import annotations

import re

REMOVED = "[redacted]"
MAX_TEXT = 16_384
_TAIL = "...[cut]"

# A form field or query parameter: R51 allows none of these in a logged URL.
_PARAMETERS = (
    "code|state|nonce|token|access_token|refresh_token|id_token|id_token_hint|logout_token"
    "|subject_token|actor_token|login_hint|logout_hint|user_code|device_code|client_secret"
    "|client_assertion|assertion|code_verifier|request|request_uri|response|password|otp|totp|pin"
    "|secret|ticket|session|sid|csrf|csrf_token|phone|mobile|email|id_number|name|key|sig|signature"
)
_SUBSTITUTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]{0,30}KEY-----.*?(?:-----END [A-Z ]{0,30}-----|\Z)", re.S),
        REMOVED,
    ),
    # What databases and validators quote back when they refuse a value.
    (re.compile(r"\[parameters: .*?(?:\]\s*(?=\n|$)|\Z)", re.S), f"[parameters: {REMOVED}]"),
    (re.compile(r"(Key \([^)]{1,200}\)=)\(.*?\)(?= |$)", re.M), rf"\1({REMOVED})"),
    (re.compile(r"(Failing row contains )\(.*", re.M), rf"\1({REMOVED})"),
    (re.compile(r"(input_value=).*?(?=, input_type=|$)", re.M | re.S), rf"\1{REMOVED}"),
    (re.compile(r"\beyJ[\w-]{4,}(?:\.[\w-]*){1,4}", re.A), REMOVED),
    (re.compile(r"\b(Bearer|DPoP|Basic)\s+[\w.~+/=-]{6,}", re.A | re.I), rf"\1 {REMOVED}"),
    (
        re.compile(r"\b((?:set-)?cookie|(?:proxy-)?authorization)(['\"]?\s*[:=]\s*)[^\r\n]+", re.I),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"(://)[^\s/@:?#]{0,200}:[^\s/@?#]{1,200}@"), rf"\1{REMOVED}@"),
    (re.compile(rf"(?<![\w-])({_PARAMETERS})(=|%3D)[^&\s\"'<>#;,)\]]+", re.I), rf"\1\2{REMOVED}"),
    (
        re.compile(
            rf"(['\"](?:{_PARAMETERS})['\"]\s*:\s*)"
            r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\d+)",
            re.I,
        ),
        rf"\1{REMOVED}",
    ),
    (
        re.compile(
            r"(验证码|口令|动态码|verification code|passcode|one-time code)(\D{0,8})\d{4,10}", re.I
        ),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), REMOVED),
)  # fmt: skip
# Random identifiers are matched first so that a run of digits inside one is not taken for a phone.
_NUMBERS = re.compile(
    r"(?P<keep>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b(?=\d*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})\b)"
    r"|(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXxＸｘ](?!\d)"
    r"|(?<!\d)\d{15}(?!\d)"
    r"|(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
)

# Event names, grant types, route templates, network addresses: most of what is logged needs no
# closer look.
_PLAIN = re.compile(r"[A-Za-z_/:{}-]{0,40}|\d{1,3}(?:\.\d{1,3}){3}", re.A)


def _keep_identifiers(match: re.Match[str]) -> str:
    return match["keep"] or REMOVED


def redact_text(text: str) -> str:
    """Return `text` with credentials and personal numbers removed, cut at 16 384 characters."""
    if _PLAIN.fullmatch(text):
        return text
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + _TAIL
    for pattern, replacement in _SUBSTITUTIONS:
        text = pattern.sub(replacement, text)
    return _NUMBERS.sub(_keep_identifiers, text)
