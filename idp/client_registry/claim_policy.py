"""The part of a registration that says what a client may know about a person."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class ClaimPolicy(BaseModel):
    """One claim that a client may receive, and why (PIPL articles 13, 17 and 34)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    name: Text
    """The claim, one of `idp.tokens.claims.CLAIMS`."""

    purpose: Text
    """What the department needs it for, in Chinese, as the citizen reads it."""

    purpose_en: Annotated[Text | None, Field(alias="purpose#en")] = None
    """The same in English."""

    legal_basis: Literal["statutory", "consent"] = "consent"
    """`statutory`: a duty laid down by law, told to the citizen without asking. `consent`: the
    citizen decides."""

    basis_text: Text | None = None
    """The law and article of a statutory basis."""

    essential: bool = False
    """Whether the service cannot be given without it. Refusing an essential claim refuses the
    sign-in; refusing a voluntary one does not."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.legal_basis == "statutory" and not self.basis_text:
            raise ValueError(f"claim {self.name}: a statutory basis needs basis_text")
        return self
