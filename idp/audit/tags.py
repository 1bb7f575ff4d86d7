"""The acts that are audited, as `subject:noun:verb`. Descriptions carry no personal data."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    """One member per audited act; never renamed, since old events keep their tag."""

    ACCOUNT_CREATED = "account:natural_person:created"
    ACCOUNT_STATUS_CHANGED = "account:status:changed"
    ACCOUNT_LEVEL_RAISED = "account:identity_level:raised"
    ACCOUNT_NAME_CHANGED = "account:name:changed"
    ACCOUNT_PHONE_CHANGED = "account:phone:changed"
    ACCOUNT_SHREDDED = "account:natural_person:shredded"
    ACCOUNT_IMPORTED = "account:natural_person:imported"
    IDENTITY_ALREADY_HELD = "account:identity:already_held"
    IDENTITY_VERIFIED = "account:identity:verified"
    IDENTITY_NOT_VERIFIED = "account:identity:not_verified"
    IDENTITY_LOCKED = "account:identity:locked"

    PASSWORD_SET = "account:password:set"
    PASSWORD_UPGRADED = "account:password:upgraded"
    PASSWORD_ACCEPTED = "account:password:accepted"
    PASSWORD_REFUSED = "account:password:refused"
    SIGN_IN_LOCKED = "account:sign_in:locked"
    ONE_TIME_CODE_SENT = "account:one_time_code:sent"
    ONE_TIME_CODE_ACCEPTED = "account:one_time_code:accepted"
    ONE_TIME_CODE_REFUSED = "account:one_time_code:refused"
    RECOVERY_COMPLETED = "account:recovery:completed"
    RECOVERY_REFUSED = "account:recovery:refused"
    RECOVERY_LOCKED = "account:recovery:locked"

    SESSION_STARTED = "session:browser:started"
    SESSION_RENEWED = "session:browser:renewed"
    SESSION_ENDED = "session:browser:ended"

    CONSENT_GRANTED = "consent:claims:granted"
    CONSENT_REFUSED = "consent:claims:refused"
    CONSENT_WITHDRAWN = "consent:claims:withdrawn"

    AUTHORIZATION_GRANTED = "authorization:request:granted"
    AUTHORIZATION_REFUSED = "authorization:request:refused"
    CODE_REUSED = "authorization:code:reused"

    TOKEN_ISSUED = "token:family:issued"
    TOKEN_REFRESHED = "token:family:refreshed"
    TOKEN_REFUSED = "token:request:refused"
    TOKEN_REVOKED = "token:family:revoked"
    REFRESH_TOKEN_REUSED = "token:refresh_token:reused"
    CLAIMS_RELEASED = "token:claims:released"

    LOGOUT_REQUESTED = "logout:session:requested"
    LOGOUT_DELIVERED = "logout:client:delivered"
    LOGOUT_FAILED = "logout:client:failed"

    CLIENT_CREATED = "client:registration:created"
    CLIENT_UPDATED = "client:registration:updated"
    CLIENT_DISABLED = "client:registration:disabled"
    CLIENT_SELF_REGISTERED = "client:registration:self_registered"
    CLIENT_SELF_UPDATED = "client:registration:self_updated"
    CLIENT_SELF_DELETED = "client:registration:self_deleted"
    CLIENT_INVITED = "client:initial_access_token:issued"
    CLIENT_REFUSED = "client:authentication:refused"
    CLIENT_SECRET_ISSUED = "client:secret:issued"

    KEY_CREATED = "key:signing:created"
    KEY_REVOKED = "key:signing:revoked"
