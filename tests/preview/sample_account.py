"""Samples of the account, of signing out and of errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from idp.i18n.language import Language
from idp.i18n.translation import translator
from idp.i18n.wording import AUTHORIZATION_REFUSED, FAULT, NOT_FOUND, Explanation
from tests.preview.sample_parts import NOW, Context, client_of, page, said, source_department


def portals(language: Language) -> list[Context]:
    tax = said(language, "电子税务局", "Electronic Tax Bureau")
    return [{"client_name": name} for name in (client_of(language)["name"], tax)]


def logout_confirm(language: Language) -> Context:
    return page(
        language,
        action="/logout",
        signed_in_as=said(language, "张*", "Zhang *"),
        portals=portals(language),
        cancel_url="/account",
    )


def logout_confirm_bare(language: Language) -> Context:
    return page(language, action="/logout", portals=[])


def logout_done(language: Language) -> Context:
    names = [portal["client_name"] for portal in portals(language)]
    names += [
        said(language, "不动产登记中心", "Real Estate Registration Centre"),
        said(language, "住房公积金管理中心", "Housing Fund Centre"),
    ]
    states = [("delivered", 1), ("pending", 2), ("failed", 5), ("not_supported", 0)]
    deliveries = [
        {
            "client_name": name,
            "state": state,
            "attempts": attempts,
            "at": NOW if attempts else None,
            "asked": state == "failed",
        }
        for name, (state, attempts) in zip(names, states, strict=True)
    ]
    return page(
        language,
        deliveries=deliveries,
        refresh_url="/logout/done",
        continue_url="https://portal.example/",
        client=client_of(language),
    )


def logout_frames(language: Language) -> Context:
    frames = [{**portal, "url": "https://portal.example/logout"} for portal in portals(language)]
    return page(language, frames=frames, next_url="#main", seconds=900)


def logout_done_bare(language: Language) -> Context:
    return page(language, deliveries=[], refresh_url="/logout/done", login_url="/login")


def account(language: Language) -> Context:
    earlier = NOW - timedelta(days=40)
    return page(
        language,
        signed_in_as=said(language, "张*", "Zhang *"),
        masked_name=said(language, "张*", "Zhang *"),
        logout_url="/logout",
        identity={
            "level": "L2",
            "reached_at": earlier,
            "source": source_department(language),
            "expires_at": NOW + timedelta(days=3650),
        },
        documents=[
            {
                "kind": said(language, "居民身份证", "Resident identity card"),
                "number": "1101**********002X",
                "checked_at": earlier,
                "valid_until": date(2036, 1, 23),
            }
        ],
        sessions=[
            session(said(language, "Windows 上的 Edge", "Edge on Windows"), earlier, current=True),
            session(said(language, "华为 Mate 手机", "Huawei Mate phone"), earlier, current=False),
        ],
        consents=[
            {
                "client_name": client_of(language)["name"],
                "by_law": [said(language, "姓名", "name")],
                "granted": [
                    said(language, "手机号码", "mobile number"),
                    said(language, "电子邮箱", "e-mail"),
                ],
                "refused": [said(language, "户籍地址", "registered address")],
                "since": earlier,
                "version": 2,
                "withdraw_action": "/account/consents/1/withdraw",
                "offline_until": NOW + timedelta(days=140),
                "end_action": "/account/access/1/end",
            },
            {
                "client_name": said(language, "电子税务局", "Electronic Tax Bureau"),
                "by_law": [said(language, "姓名", "name")],
                "granted": [],
                "refused": [],
                "since": earlier,
                "version": 1,
                "withdraw_action": None,
                "offline_until": NOW + timedelta(days=140),
                "end_action": "/account/access/2/end",
            },
        ],
        events=[
            {
                "what": said(language, "使用密码登录", "Signed in with a password"),
                "at": NOW,
                "where": said(language, "北京市 · Edge", "Beijing · Edge"),
            },
            {
                "what": said(language, "修改了密码", "Password changed"),
                "at": earlier,
                "where": said(language, "北京市 · 华为 Mate 手机", "Beijing · Huawei Mate phone"),
            },
        ],
    )


def session(device: str, started_at: datetime, *, current: bool) -> Context:
    return {
        "device": device,
        "started_at": started_at,
        "last_seen_at": NOW,
        "current": current,
        "end_action": "/account/sessions/1/end",
    }


def account_empty(language: Language) -> Context:
    empty: Mapping[str, object] = {"documents": [], "consents": [], "events": []}
    identity_1 = {"level": "L1", "reached_at": NOW, "source": "-", "expires_at": None}
    return {**account(language), **empty, "identity": identity_1}


def explained(language: Language, explanation: Explanation, status: int, **more: object) -> Context:
    translate = translator(language).gettext
    return page(
        language,
        title=translate(explanation.title),
        what_happened=translate(explanation.what_happened),
        what_next=translate(explanation.what_next),
        status=status,
        links=[{"label": said(language, "返回首页", "Home page"), "url": "/"}],
        **more,
    )


def faulty_request(language: Language) -> Context:
    return explained(
        language,
        AUTHORIZATION_REFUSED,
        400,
        parameter="redirect_uri",
        error_code="invalid_request",
    )


def not_found(language: Language) -> Context:
    return explained(language, NOT_FOUND, 404)


def fault(language: Language) -> Context:
    return explained(language, FAULT, 500)
