"""What came of the last step of a registration."""

from __future__ import annotations

from dataclasses import dataclass

from idp.enrolment.account_opening import Opened
from idp.enrolment.answers import Wait
from idp.enrolment.identity_check import DocumentUnusable, RegisterSilent


@dataclass(frozen=True, slots=True)
class NotVerified:
    """The one answer to everything that does not fit: wrong name or number, a person the register
    does not know or knows to have died, and a person who has an account already."""


@dataclass(frozen=True, slots=True)
class GuardianNeeded:
    """The person is under 14: a guardian has to apply."""


@dataclass(frozen=True, slots=True)
class PhoneTaken:
    """The verified phone has an account: sign in, or recover it."""


ProveAnswer = (
    Opened | NotVerified | DocumentUnusable | RegisterSilent | Wait | GuardianNeeded | PhoneTaken
)
