"""The steps, listed once, in order."""

from __future__ import annotations

from idp.interaction.step import Step
from idp.interaction.steps.consent import ConsentStep
from idp.interaction.steps.login import LoginStep

STEPS: tuple[Step, ...] = (LoginStep(), ConsentStep())
