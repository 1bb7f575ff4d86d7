"""Demonstration figures: months contributed to the five insurances, made up from the subject."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

MONTHS_IN_A_YEAR = 12
MONTHS_FOR_A_PENSION = 180


@dataclass(frozen=True)
class Insurance:
    """One of the five, and the months paid in."""

    zh: str
    en: str
    months: int


@dataclass(frozen=True)
class MonthPaid:
    """One month of the last year."""

    year: int
    month: int
    is_paid: bool


@dataclass(frozen=True)
class ContributionRecord:
    """What the portal shows."""

    total: int
    base: int
    pension_goal: int
    insurances: tuple[Insurance, ...]
    last_year: tuple[MonthPaid, ...]


def contribution_record(subject: str, today: date) -> ContributionRecord:
    """Return the made-up record of `subject` up to the month before `today`."""
    digest = hashlib.sha256(b"social" + subject.encode()).digest()
    months = 18 + digest[0] % 150
    gap = digest[1] % (MONTHS_IN_A_YEAR * 2)  # half of the visitors have a month missing
    return ContributionRecord(
        total=months,
        base=6_000 + digest[2] * 40,
        pension_goal=MONTHS_FOR_A_PENSION,
        insurances=(
            Insurance("养老保险", "Pension", months),
            Insurance("医疗保险", "Medical", months + digest[3] % 6),
            Insurance("失业保险", "Unemployment", max(1, months - digest[4] % 6)),
            Insurance("工伤保险", "Work injury", months),
            Insurance("生育保险", "Maternity", months),
        ),
        last_year=tuple(_last_year(today, gap)),
    )


def _last_year(today: date, gap: int) -> list[MonthPaid]:
    months = []
    for back in range(MONTHS_IN_A_YEAR, 0, -1):
        year, month_index = divmod(today.year * MONTHS_IN_A_YEAR + today.month - 1 - back, 12)
        months.append(MonthPaid(year, month_index + 1, back != gap))
    return months
