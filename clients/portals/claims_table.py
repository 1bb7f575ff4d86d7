"""Claims as rows that a visitor can read, with the place each came from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from clients.portals.department import Words

# The whole country keeps one time without summer time, so no time zone database is needed.
BEIJING = timezone(timedelta(hours=8), "UTC+8")

LABELS = {
    "sub": Words("本部门用户标识", "Subject"),
    "name": Words("姓名", "Name"),
    "family_name": Words("姓", "Family name"),
    "given_name": Words("名", "Given name"),
    "middle_name": Words("中间名", "Middle name"),
    "nickname": Words("昵称", "Nickname"),
    "preferred_username": Words("用户名", "Preferred username"),
    "gender": Words("性别", "Gender"),
    "birthdate": Words("出生日期", "Date of birth"),
    "zoneinfo": Words("时区", "Time zone"),
    "locale": Words("语言", "Language"),
    "profile": Words("个人主页", "Profile page"),
    "picture": Words("头像", "Picture"),
    "website": Words("网站", "Website"),
    "address": Words("地址", "Address"),
    "email": Words("电子邮箱", "E-mail"),
    "email_verified": Words("邮箱已核验", "E-mail verified"),
    "phone_number": Words("手机号", "Mobile number"),
    "phone_number_verified": Words("手机号已核验", "Mobile number verified"),
    "identity_document": Words("身份证件", "Identity document"),
    "identity_level": Words("身份核验等级", "Identity level"),
    "verified_claims": Words("经核验的身份信息", "Verified claims"),
    "updated_at": Words("资料更新时间", "Last updated"),
    "acr": Words("认证等级", "Authentication level"),
    "amr": Words("认证方式", "Authentication methods"),
    "auth_time": Words("登录时间", "Time of sign-in"),
    "iss": Words("签发者", "Issuer"),
    "aud": Words("接收者", "Audience"),
    "azp": Words("被授权方", "Authorized party"),
    "iat": Words("签发时间", "Issued at"),
    "nbf": Words("生效时间", "Not before"),
    "exp": Words("失效时间", "Expires at"),
    "sid": Words("会话编号", "Session"),
    "jti": Words("令牌编号", "Token identifier"),
    "nonce": Words("一次性随机数", "Nonce"),
    "at_hash": Words("访问令牌摘要", "Access token hash"),
}
TIMES = frozenset({"auth_time", "iat", "nbf", "exp", "updated_at"})
SENSITIVE = frozenset({"identity_document", "phone_number"})
DOCUMENT_KINDS = {
    "resident_id": "居民身份证 Resident identity card",
    "permanent_residence": "外国人永久居留身份证 Permanent residence card",
    "passport": "护照 Passport",
}
ORDER = {name: place for place, name in enumerate(LABELS)}

METHODS = {
    "pwd": "密码 password",
    "otp": "动态验证码 one-time code",
    "sms": "短信验证码 SMS code",
    "mfa": "多因素 multiple factors",
    "hwk": "安全密钥 security key",
    "swk": "软件密钥 software key",
    "pop": "密钥持有 proof of possession",
    "face": "人脸 face",
    "fpt": "指纹 fingerprint",
    "user": "本人在场 user presence",
    "pin": "PIN",
    "sc": "智能卡 smart card",
}


@dataclass(frozen=True)
class ClaimRow:
    """One claim: what it is called, what it says, where it was found."""

    name: str
    label: Words | None
    text: str = field(repr=False)
    is_sensitive: bool
    source: str


def rows_of(id_token: Mapping[str, object], userinfo: Mapping[str, object]) -> list[ClaimRow]:
    """Return a row for every claim of both, people's data first."""
    names = sorted({*id_token, *userinfo}, key=lambda name: (ORDER.get(name, len(ORDER)), name))
    return [
        ClaimRow(
            name=name,
            label=LABELS.get(name),
            text=readable(name, userinfo[name] if name in userinfo else id_token[name]),
            is_sensitive=name in SENSITIVE,
            source=_source(name in id_token, name in userinfo),
        )
        for name in names
    ]


def readable(name: str, value: object) -> str:
    """Return `value` as text for people."""
    if isinstance(value, bool):
        return "是 Yes" if value else "否 No"
    if name in TIMES and (time := beijing_time(value)) is not None:
        return time
    if name == "amr" and (methods := describe_amr(value)):
        return "、".join(methods)
    if isinstance(value, dict) and isinstance(value.get("formatted"), str):
        return str(value["formatted"])
    if name == "identity_document" and isinstance(value, dict) and "number" in value:
        kind = str(value.get("type", ""))
        return f"{value['number']}\n{DOCUMENT_KINDS.get(kind, kind)}"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)


def beijing_time(value: object) -> str | None:
    """Return a number of seconds since 1970 as Beijing time, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        moment = datetime.fromtimestamp(value, UTC).astimezone(BEIJING)
    except (ValueError, OverflowError, OSError):
        return None
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def describe_amr(value: object) -> list[str]:
    """Return the authentication methods (RFC 8176) in words."""
    if not isinstance(value, list):
        return []
    return [METHODS.get(method, method) for method in value if isinstance(method, str)]


def _source(in_id_token: bool, in_userinfo: bool) -> str:
    if in_id_token and in_userinfo:
        return "ID Token + UserInfo"
    return "ID Token" if in_id_token else "UserInfo"
