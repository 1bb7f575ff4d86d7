"""Demonstration figures: this year's income and the tax withheld on it.

The figures are made up from the subject identifier, so each visitor sees the same ones each time;
the arithmetic is the real cumulative withholding of wages (个人所得税预扣率表一).
"""

from __future__ import annotations

import calendar
import hashlib
from dataclasses import dataclass
from datetime import date

ALLOWANCE_PER_MONTH = 5000
INSURANCE_SHARE = 0.175  # employee's share of social insurance and housing fund
# Taxable income up to, rate, quick deduction (yuan a year).
BRACKETS = (
    (36_000, 0.03, 0),
    (144_000, 0.10, 2_520),
    (300_000, 0.20, 16_920),
    (420_000, 0.25, 31_920),
    (660_000, 0.30, 52_920),
    (960_000, 0.35, 85_920),
    (float("inf"), 0.45, 181_920),
)


@dataclass(frozen=True)
class IncomeSummary:
    """Yuan, from January to `months`."""

    year: int
    months: int
    period_en: str
    employer: str
    wages: int
    allowance: int
    insurance: int
    additional: int
    taxable: int
    withheld: float


def income_summary(subject: str, today: date) -> IncomeSummary:
    """Return the made-up year of `subject` up to `today`."""
    digest = hashlib.sha256(subject.encode()).digest()
    months = today.month
    monthly = 9_000 + digest[0] * 50
    additional_monthly = (0, 1_500, 2_000, 3_500)[digest[1] % 4]
    wages = monthly * months
    insurance = round(wages * INSURANCE_SHARE)
    allowance, additional = ALLOWANCE_PER_MONTH * months, additional_monthly * months
    taxable = max(0, wages - allowance - insurance - additional)
    return IncomeSummary(
        year=today.year,
        months=months,
        period_en=_period(months),
        employer=("示范软件有限公司", "示范市第一医院", "示范机械厂")[digest[2] % 3],
        wages=wages,
        allowance=allowance,
        insurance=insurance,
        additional=additional,
        taxable=taxable,
        withheld=tax_on(taxable),
    )


def _period(months: int) -> str:
    last = calendar.month_name[months]
    return "January" if months == 1 else f"January to {last}"


def tax_on(taxable: float) -> float:
    """Return the tax withheld on cumulative taxable income, in yuan with cents."""
    _, rate, quick_deduction = next(b for b in BRACKETS if taxable <= b[0])
    return round(taxable * rate - quick_deduction, 2)
