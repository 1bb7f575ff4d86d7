"""What the sample contexts have in common."""

from __future__ import annotations

from datetime import UTC, datetime

from idp.i18n.language import Language
from idp.i18n.translation import translator

Context = dict[str, object]
NOW = datetime(2026, 3, 4, 1, 5, tzinfo=UTC)


def page(language: Language, **more: object) -> Context:
    """What every page gets."""
    links = [
        {
            "code": offered.value,
            "label": offered.native_name,
            "url": f"?ui_locales={offered.value}",
            "current": offered is language,
        }
        for offered in Language
    ]
    return {
        "language_links": links,
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "csrf_token": "csrf-token-of-this-browser",
        "client": None,
        "signed_in_as": None,
        **more,
    }


def said(language: Language, chinese: str, english: str) -> str:
    """A text which in real life comes from the registry or a register, in either language."""
    return chinese if language is Language.CHINESE else english


def client_of(language: Language) -> Context:
    return {
        "name": said(language, "企业开办一窗通", "Business Start One-Stop"),
        "department": said(language, "市场监督管理局", "Administration for Market Regulation"),
        "logo_uri": "https://portal.example/logo.svg",
        "policy_uri": "https://portal.example/privacy",
        "tos_uri": "https://portal.example/terms",
        "is_self_registered": False,
    }


def self_registered_client(language: Language) -> Context:
    return {
        **client_of(language),
        "name": said(language, "小区快递柜", "Parcel lockers"),
        "department": None,
        "is_self_registered": True,
    }


LONG_NAME_CLIENT: Context = {
    "name": "国家政务服务平台企业开办变更注销及涉企经营许可事项一站式全程网办综合服务专区" * 3,
    "department": "A" * 100,
    "logo_uri": None,
    "policy_uri": "javascript:alert(1)",
    "tos_uri": "https://portal.example/" + "terms" * 30,
    "is_self_registered": True,
}


def notice(language: Language, kind: str, title: str, text: str) -> Context:
    translate = translator(language).gettext
    return {"kind": kind, "title": translate(title), "text": translate(text)}


def errors(language: Language, **messages: str) -> dict[str, str]:
    translate = translator(language).gettext
    return {field: translate(message) for field, message in messages.items()}


def step(language: Language, **more: object) -> Context:
    return page(language, action="/next", transaction="txn-1", login_url="/login", **more)


def source_department(language: Language) -> str:
    return said(language, "公安部人口管理部门", "the population registry of Public Security")
