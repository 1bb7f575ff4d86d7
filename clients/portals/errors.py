"""What can go wrong between a portal and the provider."""

from __future__ import annotations


class SignInError(Exception):
    """A sign-in that did not succeed. Safe to show to the person.

    `error` is the code of the specification (or one of this portal's own, see error_words.py);
    `description` is the provider's text, kept only if the answer is proven to be to our question.
    """

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class ProviderUnavailableError(Exception):
    """The provider could not be reached, or did not answer in a way one can use."""


class LogoutTokenError(Exception):
    """A logout token that must not be believed; the text says why and holds nothing from it."""
