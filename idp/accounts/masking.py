"""Personal data as its own holder sees it on a page: enough to recognise, too little to use."""

from __future__ import annotations

_STAR = "*"


def mask_name(name: str) -> str:
    """`张三` becomes `张*`, `阿里木·买买提` becomes `阿******`."""
    return name[:1] + _STAR * max(1, len(name) - 1)


def mask_phone(phone: str) -> str:
    """`+8613800001234` becomes `138****1234`; abroad the country code stays: `+852****1234`."""
    if phone.startswith("+86"):
        return f"{phone[3:6]}****{phone[-4:]}"
    return f"{phone[:4]}****{phone[-4:]}"


def mask_number(number: str) -> str:
    """`100000199003077711` becomes `1000**********7711`; shorter numbers keep two at each end."""
    text = number.rpartition("/")[2]
    kept = 4 if len(text) > 12 else 2
    return f"{text[:kept]}{_STAR * max(1, len(text) - 2 * kept)}{text[-kept:]}"
