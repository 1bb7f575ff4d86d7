"""Initial tables.

Revision 0001, the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: None = None
depends_on: None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_TIME = sa.DateTime(timezone=True)

# A guard against mistakes: nothing of ours changes or removes what the audit log says.
_APPEND_ONLY = ("audit_events", "audit_checkpoints")


def upgrade() -> None:
    op.create_table(
        "audit_checkpoints",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("heads", _JSON, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_checkpoints"),
    )
    op.create_table(
        "audit_events",
        sa.Column("chain_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32)),
        sa.Column("client_id", sa.String(length=128)),
        sa.Column("session_id", sa.String(length=32)),
        sa.Column("trace_id", sa.String(length=32)),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "seq", name="pk_audit_events"),
    )
    op.create_index("ix_audit_events_account_id_at", "audit_events", ["account_id", "at"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])

    op.create_table(
        "clients",
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("client_metadata", _JSON, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32)),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("registration_token_hash", sa.LargeBinary(length=32)),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("not_before", _TIME),
        sa.PrimaryKeyConstraint("client_id", name="pk_clients"),
    )
    op.create_index("ix_clients_updated_at", "clients", ["updated_at"])

    op.create_table(
        "code_sendings",
        sa.Column("scope", sa.String(length=192), nullable=False),
        sa.Column("window_start", _TIME, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_code_sendings"),
    )
    op.create_index("ix_code_sendings_last_at", "code_sendings", ["last_at"])

    op.create_table(
        "consents",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("scope", sa.String(length=1000), nullable=False),
        sa.Column("granted", _JSON, nullable=False),
        sa.Column("refused", _JSON, nullable=False),
        sa.Column("terms", _JSON, nullable=False),
        sa.Column("terms_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "client_id", "version", name="pk_consents"),
    )
    op.create_table(
        "failure_counters",
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("factor", sa.String(length=16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", _TIME),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject", "factor", name="pk_failure_counters"),
    )
    op.create_index("ix_failure_counters_last_at", "failure_counters", ["last_at"])

    op.create_table(
        "identity_evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=128)),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("verified_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_evidence"),
    )
    op.create_index(
        "ix_identity_evidence_account_id_verified_at",
        "identity_evidence",
        ["account_id", "verified_at"],
    )

    op.create_table(
        "identity_keys",
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("field", "blind_index", name="pk_identity_keys"),
    )
    op.create_index("ix_identity_keys_account_id", "identity_keys", ["account_id"])

    op.create_table(
        "initial_access_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("uses_left", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_initial_access_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_initial_access_tokens_token_hash"),
    )
    op.create_index(
        "ix_initial_access_tokens_expires_at", "initial_access_tokens", ["expires_at"]
    )

    op.create_table(
        "interactions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interactions"),
    )
    op.create_index("ix_interactions_expires_at", "interactions", ["expires_at"])

    op.create_table(
        "known_devices",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_known_devices"),
    )
    op.create_index(
        "ix_known_devices_account_id_last_used_at", "known_devices", ["account_id", "last_used_at"]
    )
    op.create_index("ix_known_devices_expires_at", "known_devices", ["expires_at"])

    op.create_table(
        "login_aliases",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("verified_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", "blind_index", name="pk_login_aliases"),
    )
    op.create_index("ix_login_aliases_account_id", "login_aliases", ["account_id"])

    op.create_table(
        "logout_deliveries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("logout_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_result", sa.String(length=64)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("settled_at", _TIME),
        sa.Column("browser_asked_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_logout_deliveries"),
    )
    op.create_index(
        "ix_logout_deliveries_client_id", "logout_deliveries", ["client_id", "created_at", "id"]
    )
    op.create_index("ix_logout_deliveries_created_at", "logout_deliveries", ["created_at"])
    op.create_index("ix_logout_deliveries_logout_id", "logout_deliveries", ["logout_id"])

    op.create_table(
        "natural_persons",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("identity_level", sa.Integer(), nullable=False),
        sa.Column("level_reached_at", _TIME),
        sa.Column("level_expires_at", _TIME),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary()),
        sa.Column("phone_sealed", sa.LargeBinary()),
        sa.Column("email_sealed", sa.LargeBinary()),
        sa.Column("birthdate_sealed", sa.LargeBinary()),
        sa.Column("sex_sealed", sa.LargeBinary()),
        sa.Column("document_sealed", sa.LargeBinary()),
        sa.Column("profile_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_natural_persons"),
    )
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("target_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reference_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32)),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    op.create_index("ix_one_time_codes_expires_at", "one_time_codes", ["expires_at"])
    op.create_index("ix_one_time_codes_reference_hash", "one_time_codes", ["reference_hash"])

    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("outcome", sa.String(length=16)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_finished_at_due_at", "outbox", ["finished_at", "due_at"])

    op.create_table(
        "password_credentials",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=512), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_password_credentials"),
    )
    op.create_table(
        "proofing_attempts",
        sa.Column("scope", sa.String(length=96), nullable=False),
        sa.Column("window_start", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_proofing_attempts"),
    )
    op.create_index("ix_proofing_attempts_last_at", "proofing_attempts", ["last_at"])

    op.create_table(
        "pushed_requests",
        sa.Column("reference_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("reference_hash", name="pk_pushed_requests"),
    )
    op.create_index("ix_pushed_requests_created_at", "pushed_requests", ["created_at"])

    op.create_table(
        "recoveries",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32)),
        sa.Column("phone_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("code_id", sa.String(length=32)),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("phone_proven_at", _TIME),
        sa.Column("identity_proven_at", _TIME),
        sa.Column("used_at", _TIME),
        sa.PrimaryKeyConstraint("id_hash", name="pk_recoveries"),
    )
    op.create_index("ix_recoveries_account_id", "recoveries", ["account_id"])
    op.create_index("ix_recoveries_expires_at", "recoveries", ["expires_at"])

    op.create_table(
        "revoked_access_tokens",
        sa.Column("jti", sa.String(length=43), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("jti", name="pk_revoked_access_tokens"),
    )
    op.create_index("ix_revoked_access_tokens_expires_at", "revoked_access_tokens", ["expires_at"])

    op.create_table(
        "sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("auth_time", _TIME, nullable=False),
        sa.Column("acr", sa.String(length=128), nullable=False),
        sa.Column("amr", _JSON, nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("idle_expires_at", _TIME, nullable=False),
        sa.Column("absolute_expires_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("end_reason", sa.String(length=32)),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index("ix_sessions_absolute_expires_at", "sessions", ["absolute_expires_at"])
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])

    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("alg", sa.String(length=16), nullable=False),
        sa.Column("public_jwk", _JSON, nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("active_from", _TIME, nullable=False),
        sa.Column("published_until", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_keys"),
    )
    op.create_table(
        "subject_keys",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", name="pk_subject_keys"),
    )
    op.create_table(
        "token_families",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("authorization_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("client_id", sa.String(length=128), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("claims", _JSON, nullable=False),
        sa.Column("resources", _JSON, nullable=False),
        sa.Column("acr", sa.String(length=128), nullable=False),
        sa.Column("amr", _JSON, nullable=False),
        sa.Column("auth_time", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("rotated_at", _TIME),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("idle_expires_at", _TIME, nullable=False),
        sa.Column("absolute_expires_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME),
        sa.Column("revoke_reason", sa.String(length=32)),
        sa.PrimaryKeyConstraint("id", name="pk_token_families"),
        sa.UniqueConstraint("authorization_id", name="uq_token_families_authorization_id"),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(
        "ix_token_families_absolute_expires_at", "token_families", ["absolute_expires_at"]
    )
    op.create_index("ix_token_families_account_id", "token_families", ["account_id"])
    is_revoked = sa.text("revoked_at IS NOT NULL")
    op.create_index(
        "ix_token_families_revoked_at",
        "token_families",
        ["revoked_at"],
        postgresql_where=is_revoked,
        sqlite_where=is_revoked,
    )
    op.create_index("ix_token_families_session_id", "token_families", ["session_id"])

    op.create_table(
        "used_jwt_ids",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_used_jwt_ids"),
    )
    op.create_index("ix_used_jwt_ids_expires_at", "used_jwt_ids", ["expires_at"])

    op.create_table(
        "documents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("verified_at", _TIME, nullable=False),
        sa.Column("valid_until", _TIME),
        sa.Column("replaced_at", _TIME),
        sa.ForeignKeyConstraint(
            ["account_id"], ["natural_persons.id"], name="fk_documents_account_id_natural_persons"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_account_id_kind", "documents", ["account_id", "kind"])
    for table in _APPEND_ONLY:
        _make_append_only(table)


def _make_append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    op.drop_table("documents")
    op.drop_table("used_jwt_ids")
    op.drop_table("token_families")
    op.drop_table("subject_keys")
    op.drop_table("signing_keys")
    op.drop_table("sessions")
    op.drop_table("revoked_access_tokens")
    op.drop_table("recoveries")
    op.drop_table("pushed_requests")
    op.drop_table("proofing_attempts")
    op.drop_table("password_credentials")
    op.drop_table("outbox")
    op.drop_table("one_time_codes")
    op.drop_table("natural_persons")
    op.drop_table("logout_deliveries")
    op.drop_table("login_aliases")
    op.drop_table("known_devices")
    op.drop_table("interactions")
    op.drop_table("initial_access_tokens")
    op.drop_table("identity_keys")
    op.drop_table("identity_evidence")
    op.drop_table("failure_counters")
    op.drop_table("consents")
    op.drop_table("code_sendings")
    op.drop_table("clients")
    op.drop_table("audit_events")
    op.drop_table("audit_checkpoints")
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_append_only()")
