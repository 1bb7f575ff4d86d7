"""Samples of registering and of recovering an account."""

from __future__ import annotations

from idp.i18n.language import Language
from idp.i18n.wording import (
    CODE_REFUSED,
    CODE_SENT_TEXT,
    CODE_SENT_TITLE,
    ID_NUMBER_INVALID,
    NAME_REQUIRED,
    PASSWORD_REQUIRED,
    PHONE_INVALID,
)
from tests.preview.sample_parts import (
    Context,
    client_of,
    errors,
    notice,
    page,
    said,
    source_department,
    step,
)


def register_phone_invalid(language: Language) -> Context:
    return step(language, form={"phone": "1380013"}, errors=errors(language, phone=PHONE_INVALID))


def code(language: Language, **more: object) -> Context:
    return step(
        language,
        resend_action="/resend",
        change_phone_url="/back",
        phone_masked="138****8000",
        code_length=6,
        expires_in_minutes=5,
        **more,
    )


def code_refused(language: Language) -> Context:
    return code(language, errors=errors(language, code=CODE_REFUSED), resend_after_seconds=42)


def code_sent_again(language: Language) -> Context:
    return code(language, notice=notice(language, "success", CODE_SENT_TITLE, CODE_SENT_TEXT))


def password(language: Language) -> Context:
    return step(language, minimum_length=15, username="13800138000")


def password_missing(language: Language) -> Context:
    return step(language, minimum_length=15, errors=errors(language, password=PASSWORD_REQUIRED))


def identity(language: Language, **more: object) -> Context:
    kinds = [
        ("resident_identity_card", "居民身份证", "Resident identity card"),
        ("hmt_residence_permit", "港澳台居民居住证", "Residence permit (HK, Macao, Taiwan)"),
        ("foreign_permanent_residence", "外国人永久居留身份证", "Foreign permanent resident ID"),
        ("passport", "护照", "Passport"),
    ]
    return step(
        language,
        id_kinds=[
            {"value": value, "label": said(language, chinese, english)}
            for value, chinese, english in kinds
        ],
        register_name=said(
            language,
            "国家人口基础信息库（公安机关）",
            "national population register (public security)",
        ),
        legal_basis=said(
            language,
            "依据《国务院关于在线政务服务的若干规定》第五条，统一身份认证须核验真实身份。",
            "Under article 5 of the State Council's Provisions on Online Government Services, "
            "unified authentication verifies real identities.",
        ),
        **more,
    )


def identity_invalid(language: Language) -> Context:
    return identity(
        language,
        form={"id_kind": "passport", "id_number": "11010519491231002"},
        errors=errors(language, name=NAME_REQUIRED, id_number=ID_NUMBER_INVALID),
    )


def not_verified(language: Language) -> Context:
    return page(
        language,
        retry_url="/register/identity",
        recover_url="/recover/start",
        source_department=source_department(language),
    )


def unavailable(language: Language) -> Context:
    return step(language, source_department=source_department(language), kept_minutes=30)


def register_done(language: Language) -> Context:
    return page(language, continue_url="/authorize/resume", level="L2", client=client_of(language))


def refused(language: Language) -> Context:
    return page(language, retry_url="/recover/identity", restart_url="/recover/start")


def outcome(language: Language) -> Context:
    ways = [
        {
            "title": said(language, "登录", "Sign in"),
            "text": said(
                language, "使用此手机号和密码登录。", "Use this number and your password."
            ),
            "url": "/login",
            "label": said(language, "登录", "Sign in"),
            "main": True,
        },
        {
            "title": said(language, "到窗口办理", "Go to a counter"),
            "text": said(language, "请携带有效身份证件。", "Take your identity document."),
            "url": None,
            "label": "",
            "main": False,
        },
    ]
    title = said(language, "该手机号已有账户", "This mobile number already has an account")
    lead = said(language, "您无需再次注册。", "You do not need a second one.")
    return page(language, title=title, lead=lead, ways=ways)
