"""Samples of the home page and of the pages between a client's request and its answer."""

from __future__ import annotations

from idp.i18n import wording
from idp.i18n.language import Language
from idp.i18n.wording import LOGIN_FAILED_TEXT, LOGIN_FAILED_TITLE, PASSWORD_REQUIRED
from tests.preview.sample_parts import (
    LONG_NAME_CLIENT,
    Context,
    client_of,
    errors,
    notice,
    page,
    said,
    self_registered_client,
)


def home(language: Language, **more: object) -> Context:
    return page(
        language, login_url="/login", register_url="/register", account_url="/account", **more
    )


def home_signed_in(language: Language) -> Context:
    return home(language, signed_in_as=said(language, "张*", "Zhang *"))


def login(language: Language, **more: object) -> Context:
    return page(
        language,
        **{
            "action": "/login",
            "transaction": "txn-1",
            "client": client_of(language),
            "register_url": "/register/phone",
            "recover_url": "/recover/start",
            "retry_after_seconds": None,
            **more,
        },
    )


def login_refused(language: Language) -> Context:
    return login(
        language,
        notice=notice(language, "error", LOGIN_FAILED_TITLE, LOGIN_FAILED_TEXT),
        form={"username": "13800138000"},
    )


def login_incomplete(language: Language) -> Context:
    return login(language, errors=errors(language, password=PASSWORD_REQUIRED))


def login_paused(language: Language) -> Context:
    return login(language, retry_after_seconds=870)


def login_with_long_names(language: Language) -> Context:
    return login(language, client=LONG_NAME_CLIENT)


def login_to_self_registered(language: Language) -> Context:
    return login(language, client=self_registered_client(language))


def claims_of(language: Language) -> list[Context]:
    def claim(name: str, label: str, purpose: str, preview: str, **more: object) -> Context:
        return {
            "name": name,
            "label": label,
            "purpose": purpose,
            "preview": preview,
            "basis": "consent",
            "basis_text": said(language, "依据：您的同意", "Basis: your consent"),
            "essential": False,
            "checked": False,
            **more,
        }

    law = said(
        language,
        "依据：《市场主体登记管理条例》第九条",
        "Basis: Regulation on the Registration of Market Entities, article 9",
    )
    return [
        claim(
            "name",
            said(language, "姓名", "Name"),
            said(language, "登记为企业的申请人", "To record you as the applicant"),
            "张*",
            basis="statutory",
            basis_text=law,
        ),
        claim(
            "id_number",
            said(language, "公民身份号码", "Citizen identity number"),
            said(language, "核对登记人的身份", "To check the identity of the person registering"),
            "1101**********002X",
            basis="statutory",
            basis_text=law,
        ),
        claim(
            "phone_number",
            said(language, "手机号码", "Mobile number"),
            said(language, "办理进度有变化时通知您", "To tell you when your matter moves on"),
            "138****8000",
            essential=True,
            checked=True,
        ),
        claim(
            "address",
            said(language, "户籍地址", "Registered address"),
            said(language, "预填申请表，免去您手工录入", "To fill in the form for you"),
            said(language, "北京市东城区****", "Dongcheng, Beijing ****"),
        ),
    ]


def consent(language: Language, **more: object) -> Context:
    return page(
        language,
        **{
            "action": "/consent",
            "transaction": "txn-1",
            "client": client_of(language),
            "receiver": {
                "name": client_of(language)["name"],
                "department": client_of(language)["department"],
                "contact": "010-0000 0000",
            },
            "claims": claims_of(language),
            "retention": said(
                language,
                "办结后 5 年，之后删除",
                "5 years after the matter is closed, then deleted",
            ),
            "rights_url": "/account/rights",
            "is_new_version": False,
            "shown": "what-ties-a-decision-to-this-page",
            "offline_days": None,
            **more,
        },
    )


def consent_by_law_only(language: Language) -> Context:
    return consent(language, claims=claims_of(language)[:2], is_new_version=True)


def consent_offline(language: Language) -> Context:
    return consent(language, offline_days=180)


def consent_to_nothing_else(language: Language) -> Context:
    return consent(language, claims=[], offline_days=1)


def consent_outdated(language: Language) -> Context:
    said_so = notice(
        language, "warning", wording.CONSENT_OUTDATED_TITLE, wording.CONSENT_OUTDATED_TEXT
    )
    return consent(language, notice=said_so, is_new_version=True)


def consent_with_long_names(language: Language) -> Context:
    receiver = {"name": "企" * 100, "department": "B" * 100, "contact": "c" * 100}
    return consent(language, client=LONG_NAME_CLIENT, receiver=receiver)


def consent_to_self_registered(language: Language) -> Context:
    client = self_registered_client(language)
    receiver = {"name": client["name"], "department": None, "contact": "12345"}
    return consent(language, client=client, receiver=receiver, claims=claims_of(language)[2:])


def form_post(language: Language) -> Context:
    return page(
        language,
        redirect_uri="https://portal.example/callback",
        fields={"code": "abc", "state": "xyz", "iss": "https://id.example"},
        client=client_of(language),
    )
