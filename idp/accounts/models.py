"""Tables of the accounts room.

Personal data is sealed under a key of its own per person; only blind indexes can be looked up.
`identity_keys` and `login_aliases` are keyed by index and not by account, so that they stay the
one authority of uniqueness when the other tables are distributed by account.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from idp.storage.metadata import Id, UtcDateTime, metadata

natural_persons = Table(
    "natural_persons",
    metadata,
    Column("id", Id, primary_key=True),
    Column("status", String(8), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("identity_level", Integer, nullable=False),
    Column("level_reached_at", UtcDateTime),
    Column("level_expires_at", UtcDateTime),
    Column("locale", String(16), nullable=False),
    Column("name_sealed", LargeBinary),
    Column("phone_sealed", LargeBinary),
    Column("email_sealed", LargeBinary),
    Column("birthdate_sealed", LargeBinary),
    Column("sex_sealed", LargeBinary),
    Column("document_sealed", LargeBinary),
    Column("profile_sealed", LargeBinary),
)

subject_keys = Table(
    "subject_keys",
    metadata,
    Column("subject_id", Id, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

identity_keys = Table(
    "identity_keys",
    metadata,
    Column("field", String(32), primary_key=True),
    Column("blind_index", LargeBinary(32), primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
)

login_aliases = Table(
    "login_aliases",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("blind_index", LargeBinary(32), primary_key=True),
    Column("account_id", Id, nullable=False, index=True),
    Column("verified_at", UtcDateTime, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, ForeignKey("natural_persons.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("number_sealed", LargeBinary, nullable=False),
    Column("number_index", LargeBinary(32), nullable=False),
    Column("source", String(64), nullable=False),
    Column("verified_at", UtcDateTime, nullable=False),
    Column("valid_until", UtcDateTime),
    Column("replaced_at", UtcDateTime),
    Index("ix_documents_account_id_kind", "account_id", "kind"),
)
