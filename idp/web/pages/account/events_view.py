"""What has happened to the account lately, in words."""

from __future__ import annotations

from idp.audit.repository import read_account_events
from idp.audit.tags import Tag
from idp.http.web import Web
from idp.i18n.language import Language
from idp.i18n.translation import gettext_noop as N_
from idp.i18n.translation import translator
from idp.storage.database import Transaction
from idp.web.pages.account.records_view import client_name

_LIMIT = 20
_HERE = N_("Tongxing")
_SENTENCES = {
    Tag.ACCOUNT_CREATED: N_("The account was created"),
    Tag.ACCOUNT_IMPORTED: N_("The account was imported"),
    Tag.ACCOUNT_STATUS_CHANGED: N_("The account's status was changed"),
    Tag.ACCOUNT_LEVEL_RAISED: N_("The identity level was raised"),
    Tag.ACCOUNT_NAME_CHANGED: N_("The name was changed"),
    Tag.ACCOUNT_PHONE_CHANGED: N_("The mobile number was changed"),
    Tag.IDENTITY_VERIFIED: N_("The identity was verified"),
    Tag.IDENTITY_ALREADY_HELD: N_("Somebody tried to register with your identity; it was refused"),
    Tag.PASSWORD_SET: N_("A password was set"),
    Tag.PASSWORD_ACCEPTED: N_("Signed in with the password"),
    Tag.PASSWORD_REFUSED: N_("An attempt to sign in with a wrong password"),
    Tag.SIGN_IN_LOCKED: N_("An attempt to sign in while signing in was paused"),
    Tag.ONE_TIME_CODE_SENT: N_("A code was sent to your mobile number"),
    Tag.RECOVERY_COMPLETED: N_("The account was recovered with a new password"),
    Tag.RECOVERY_REFUSED: N_("An attempt to recover the account; it was refused"),
    Tag.SESSION_ENDED: N_("A device was signed out"),
    Tag.CONSENT_GRANTED: N_("Agreed to, or was told of, the use of information"),
    Tag.CONSENT_REFUSED: N_("Did not agree to the use of information"),
    Tag.CONSENT_WITHDRAWN: N_("Withdrew consent"),
    Tag.AUTHORIZATION_GRANTED: N_("Went on to a service"),
    Tag.CODE_REUSED: N_("A sign-in was used twice, so it was ended"),
    Tag.REFRESH_TOKEN_REUSED: N_("A service's access was used twice, so it was ended"),
}
_TAGS = tuple(tag.value for tag in _SENTENCES)


async def event_views(
    web: Web, transaction: Transaction, account_id: str, language: Language
) -> list[dict[str, object]]:
    """Return the newest events that mean something to the owner, newest first."""
    gettext = translator(language).gettext
    rows = await read_account_events(transaction, account_id, _TAGS, _LIMIT)
    return [
        {
            "what": gettext(_SENTENCES[Tag(row.tag)]),
            "at": row.at,
            "where": await client_name(web, row.client_id, language)
            if row.client_id
            else gettext(_HERE),
        }
        for row in rows
    ]
