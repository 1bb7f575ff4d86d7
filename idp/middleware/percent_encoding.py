"""Is a percent-encoded path or query well formed (RFC 3986 section 2.1) and UTF-8?"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

_BROKEN_TRIPLET = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTROL_OR_BREAK = re.compile(rb"[\x00-\x1f\x7f]")
_ENCODED_SEPARATOR = re.compile(rb"%(?:2f|5c)", re.I)


def _decodes(raw: bytes) -> bytes | None:
    if not has_whole_triplets(raw):
        return None
    decoded = unquote_to_bytes(raw) if b"%" in raw else raw
    try:
        decoded.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return decoded


def is_clean_path(raw: bytes) -> bool:
    """Tell whether a path means one thing only: no hidden separators, no control characters, and
    no second slash at its head, behind which browsers see a host."""
    if _ENCODED_SEPARATOR.search(raw) or b"\\" in raw or raw.startswith(b"//"):
        return False
    decoded = _decodes(raw)
    return decoded is not None and not _CONTROL_OR_BREAK.search(decoded)


def has_whole_triplets(raw: bytes) -> bool:
    """Tell whether each percent sign begins a triplet."""
    return not _BROKEN_TRIPLET.search(raw)


def is_clean_query(raw: bytes) -> bool:
    """Tell whether a query decodes; tabs and line breaks in values are the endpoint's business."""
    decoded = _decodes(raw)
    return decoded is not None and not _CONTROL.search(decoded)
