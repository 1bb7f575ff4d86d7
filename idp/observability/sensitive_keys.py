"""Which names announce a value that must never reach a log."""

from __future__ import annotations

import re
from functools import lru_cache

_ANYWHERE = (
    "password", "passwd", "passphrase", "secret", "authorization", "cookie", "credential",
    "id_number", "idnumber", "id_card", "idcard", "identity_number", "document_number", "cert_no",
    "phone", "mobile", "msisdn", "email", "e_mail", "private_key", "recovery_code", "user_code",
    "device_code", "code_verifier", "login_hint", "logout_hint",
    "fingerprint_image", "face_image", "birthdate", "birthday",
    "密码", "口令", "验证码", "身份证", "证件号", "手机", "电话", "邮箱", "姓名", "地址",
)  # fmt: skip
_LAST_WORD = frozenset(
    {
        "token", "tokens", "code", "codes", "otp", "totp", "name", "jwt", "assertion", "verifier",
        "seed", "ticket", "pin", "address", "csrf", "dpop", "recipient", "surname", "nickname",
        "username", "identifier",
    }
)  # fmt: skip
_EXACT = frozenset(
    {"to", "text", "state", "nonce", "body", "query", "query_string", "form", "payload", "params",
     "parameters", "headers", "claims", "picture", "photo", "tel", "key"}
)  # fmt: skip
_HARMLESS = frozenset(
    {
        "status_code", "error_code", "exit_code", "reason_code", "country_code", "region_code",
        "division_code", "http_code", "client_name", "event_name", "route_name", "logger_name",
        "file_name", "module_name", "func_name", "table_name", "step_name", "job_name",
        "task_name", "worker_name", "connector_name", "host_name", "app_name", "channel_name",
        "key_name", "thread_name", "process_name", "client_address",
    }
)  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=2048)
def is_sensitive_key(key: str) -> bool:
    """Tell whether a value filed under `key` is dropped whole, whatever it looks like."""
    name = _CAMEL.sub("_", key[:128]).lower().replace("-", "_").replace(" ", "_").replace(".", "_")
    if name in _HARMLESS:
        return False
    if name in _EXACT or name.rsplit("_", 1)[-1] in _LAST_WORD:
        return True
    return any(word in name for word in _ANYWHERE)
