"""Every Prometheus metric of the service, in one place so that names and labels stay consistent.

Labels hold only values from closed sets (route templates, outcomes, grant types), never a path,
an identifier or anything a caller can choose: cardinality is bounded and nothing personal leaks.
"""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_WEB_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_SQL_BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0, 5.0)

HTTP_REQUESTS = Counter("idp_http_requests", "Requests answered.", ["route", "method", "status"])
HTTP_DURATION = Histogram(
    "idp_http_request_duration_seconds",
    "From the request's head to the end of the response.",
    ["route", "method"],
    buckets=_WEB_BUCKETS,
)
HTTP_IN_PROGRESS = Gauge(
    "idp_http_requests_in_progress", "Requests being served.", multiprocess_mode="livesum"
)
SQL_STATEMENTS = Counter("idp_sql_statements", "SQL statements run.", ["kind"])
SQL_DURATION = Histogram(
    "idp_sql_statement_duration_seconds", "Time of one statement.", ["kind"], buckets=_SQL_BUCKETS
)
PASSWORD_HASH_QUEUE = Gauge(
    "idp_password_hash_queue",
    "Password computations waiting for or holding a thread.",
    multiprocess_mode="livesum",
)
PASSWORD_HASH_DURATION = Histogram(
    "idp_password_hash_duration_seconds", "Time of one password computation.", buckets=_WEB_BUCKETS
)
SIGN_INS = Counter("idp_sign_ins", "Attempts to sign in.", ["method", "outcome"])
TOKENS_ISSUED = Counter("idp_tokens_issued", "Token responses.", ["grant_type"])
REGISTER_CALLS = Counter(
    "idp_register_calls", "Calls to authoritative registers.", ["connector", "outcome"]
)
REGISTER_DURATION = Histogram(
    "idp_register_call_duration_seconds",
    "Time of one call to a register.",
    ["connector"],
    buckets=_WEB_BUCKETS,
)
OUTBOX_LAG = Gauge(
    "idp_outbox_lag_seconds",
    "Age of the oldest job that is due and not done.",
    multiprocess_mode="livemax",
)
CHORE_FAILURES = Counter("idp_chore_failures", "Housekeeping that failed.", ["chore"])
LOGOUT_DELIVERIES = Counter("idp_logout_deliveries", "Back-channel logout deliveries.", ["outcome"])
MESSAGES_SENT = Counter("idp_messages_sent", "Text messages and mails.", ["channel", "outcome"])
RATE_LIMITED = Counter("idp_rate_limited", "Requests refused by a rate limit.", ["limit"])
DEPENDENCY_FAILURES = Counter(
    "idp_dependency_failures", "Calls that ended in unavailability.", ["dependency"]
)
