"""Who is signed in, as the page greets them."""

from __future__ import annotations

from idp.accounts.attributes import PersonAttributes, PersonColumn
from idp.accounts.masking import mask_name, mask_phone
from idp.http.web import Web
from idp.storage.database import Transaction

_COLUMNS = frozenset({PersonColumn.NAME, PersonColumn.PHONE})


async def read_owner(web: Web, transaction: Transaction, account_id: str) -> str:
    """Return the masked name of an account, or its masked number where it has no name."""
    person = await web.services.enrolment.persons.read(transaction, account_id, _COLUMNS)
    return masked_owner(person.attributes)


def masked_owner(attributes: PersonAttributes) -> str:
    """The same, from attributes that are open already."""
    if attributes.name:
        return mask_name(attributes.name)
    return mask_phone(attributes.phone) if attributes.phone else "-"
