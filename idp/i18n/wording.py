"""Sentences that several rooms show: kept in one voice, translated where they are shown.

Every refusal says what happened and what to do next, and none reveals whether an account exists.
"""

from __future__ import annotations

from dataclasses import dataclass

from idp.i18n.translation import gettext_noop as N_

USERNAME_REQUIRED = N_("Enter your mobile number or ID number")
PASSWORD_REQUIRED = N_("Enter your password")
LOGIN_FAILED_TITLE = N_("We could not sign you in")
LOGIN_FAILED_TEXT = N_("The number or the password is not right. Check both and try again.")
LOGIN_LOCKED_TEXT = N_("Signing in is paused for this number. Wait a few minutes and try again.")
LOGIN_RECOVER_TEXT = N_("There were too many attempts. Set a new password to open the account.")
LOGIN_FROZEN_TITLE = N_("This account cannot be used at the moment")
LOGIN_FROZEN_TEXT = N_("The account is suspended. Call 12345 or visit a service counter.")
LOGIN_AGAIN_TEXT = N_("For your safety this step needs you to sign in again.")

CONSENT_ESSENTIAL = N_("The service cannot be given without this. Tick it, or choose not to go on.")
CONSENT_OUTDATED_TITLE = N_("This page has changed since you opened it")
CONSENT_OUTDATED_TEXT = N_(
    "The service has changed what it asks for, or somebody else has signed in in this browser."
    " Nothing has been recorded. Please read the page below and decide again."
)
RETENTION_BY_LAW = N_("As long as the law requires for this matter")
RETENTION_UNTOLD = N_("The application has not said; ask the receiver")

HOME_PAGE = N_("Home page")

PHONE_REQUIRED = N_("Enter your mobile number")
PHONE_INVALID = N_("Enter a mainland mobile number of 11 digits")
CODE_REQUIRED = N_("Enter the code from the text message")
CODE_REFUSED = N_("This code is wrong or has expired. Check the latest message or get a new code.")
CODE_SENT_TITLE = N_("We have sent a new code")
CODE_SENT_TEXT = N_("Use the code from the latest message. Earlier codes no longer work.")

CODE_PAUSED_TITLE = N_("A new code cannot be sent yet")
CODE_PAUSED_TEXT = N_(
    "To protect the holder of the number, the messages to it are limited. You can ask again in"
    " %(time)s."
)
NEW_PASSWORD_REQUIRED = N_("Choose a password and enter it here")

NAME_REQUIRED = N_("Enter your name as it is written on your document")
NAME_INVALID = N_(
    "Enter a name as it is written on a document: letters or characters, and the dot ·"
)
ID_KIND_REQUIRED = N_("Choose the kind of document")
ID_NUMBER_REQUIRED = N_("Enter the number of your document")
ID_NUMBER_INVALID = N_("This number is incomplete or has a wrong digit. Compare it with the card.")
ID_NUMBER_UNCLEAR = N_("We do not recognise this number. Compare it with the card, digit by digit.")
ID_NUMBER_OBSOLETE = N_(
    "Enter the number of 18 characters; those of 15 digits are no longer in use."
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an error page says: msgids of its title, of what happened and of what to do next."""

    title: str
    what_happened: str
    what_next: str


BAD_REQUEST = Explanation(
    N_("We could not read this request"),
    N_("Something the browser sent is missing or has the wrong form. Nothing has been changed."),
    N_("Go back one page and try again, or start again from the service you came from."),
)
AUTHORIZATION_REFUSED = Explanation(
    N_("The service you came from sent a faulty request"),
    N_("We did not send you on, because we could not be sure where you would arrive."),
    N_("This is not your mistake. Tell the service the reference number below."),
)
PAGE_EXPIRED = Explanation(
    N_("This page has expired"),
    N_("The page was open for too long, or was used already. Nothing has been changed."),
    N_("Go back to the service you came from and start again."),
)
FLOW_EXPIRED = Explanation(
    N_("Your time for this has run out"),
    N_(
        "The steps were open for too long, were finished already, or were begun elsewhere."
        " What you entered so far has been deleted."
    ),
    N_("Start again from the beginning. It takes a few minutes."),
)
MESSAGE_NOT_SENT = Explanation(
    N_("We could not send the text message"),
    N_(
        "The network did not take the message. No code is on its way, and nothing has been changed."
    ),
    N_("Wait a minute, go back one page and ask for the code again."),
)
FORBIDDEN = Explanation(
    N_("You cannot open this page"),
    N_("The page belongs to somebody else, or needs rights that your account does not have."),
    N_("Check that you are signed in with the right account."),
)
NOT_FOUND = Explanation(
    N_("We cannot find this page"),
    N_("The address may be mistyped, or the page may have moved."),
    N_("Check the address, or start again from the home page."),
)
METHOD_NOT_ALLOWED = Explanation(
    N_("This page cannot be opened like this"),
    N_("The address works only as a step of a form. Nothing has been changed."),
    N_("Go back one page and use the button there, or start again from the home page."),
)
TOO_LARGE = Explanation(
    N_("What you sent is too large"),
    N_("The request was larger than we accept. Nothing has been changed."),
    N_("Go back one page, shorten what you entered and try again."),
)
TOO_MANY_REQUESTS = Explanation(
    N_("Too many requests"),
    N_("Many requests came from your connection in a short time, so we paused them."),
    N_("Wait a few minutes, then try again. Your account is not affected."),
)
FAULT = Explanation(
    N_("Something went wrong on our side"),
    N_("An unexpected fault stopped this step. The fault has been recorded."),
    N_("Try again in a moment. If it happens again, call 12345 with the reference number below."),
)
UNAVAILABLE = Explanation(
    N_("The service is busy at the moment"),
    N_("We cannot take this step right now. Nothing has been changed."),
    N_("Try again in a few minutes. Your account is safe."),
)

_BY_STATUS = {
    400: BAD_REQUEST,
    403: FORBIDDEN,
    404: NOT_FOUND,
    405: METHOD_NOT_ALLOWED,
    413: TOO_LARGE,
    429: TOO_MANY_REQUESTS,
    503: UNAVAILABLE,
}
_FIRST_SERVER_ERROR = 500


def explanation_for(status: int) -> Explanation:
    """What to say about an HTTP status code when nothing more exact is known."""
    return _BY_STATUS.get(status, FAULT if status >= _FIRST_SERVER_ERROR else BAD_REQUEST)
