"""The story of the demonstration: one login, two departments, out of both at once."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.demonstration import Demonstration
from tests.journeys.steps import enter, portal_session, register, sign_in


def test_a_stranger_registers_and_enters_both_portals_with_one_login(
    demo: Demonstration, page: Page, pictures: Path
) -> None:
    enter(page, demo.tax)
    page.screenshot(path=pictures / "login.png", full_page=True)
    page.click("a[href^='/register']")
    persona = _persona(page, demo, "wang-fang")
    register(page, demo, "13800007001", persona["name"], persona["number"])
    page.screenshot(path=pictures / "registered.png", full_page=True)
    page.click("main a.button")
    expect(page.locator("#consent-allow")).to_be_visible()
    page.screenshot(path=pictures / "consent.png", full_page=True)
    page.check("input[name=claims][value=phone_number]")
    page.click("#consent-allow")
    page.wait_for_url(f"{demo.tax}/**")
    expect(page.locator("body")).to_contain_text(persona["name"])
    expect(page.locator("#acr")).to_contain_text("l2")
    tax = portal_session(page, demo.tax)

    enter(page, demo.social)
    page.wait_for_url(f"{demo.social}/**")
    expect(page.locator("body")).to_contain_text(persona["name"])
    page.screenshot(path=pictures / "social.png", full_page=True)
    social = portal_session(page, demo.social)
    assert tax["signed_in"] and social["signed_in"]
    assert tax["sub"] != social["sub"], "two departments must not share a subject"
    assert tax["sid"] != social["sid"]

    page.goto(demo.tax)
    page.click("#sign-out")
    page.wait_for_url(f"{demo.tax}/signed-out**")
    assert portal_session(page, demo.social)["signed_in"] is False
    assert portal_session(page, demo.tax)["signed_in"] is False
    enter(page, demo.social)
    expect(page.locator("#login-submit")).to_be_visible()


def test_signing_out_at_the_provider_shows_which_portals_were_told(
    demo: Demonstration, page: Page, pictures: Path
) -> None:
    enter(page, demo.social)
    sign_in(page, demo.phone, demo.password)
    page.wait_for_url(f"{demo.social}/**")
    page.click("#sign-out")
    expect(page.locator(".ledger")).to_contain_text("社会保险服务平台")
    expect(page.locator(".ledger")).to_contain_text("已退出")
    page.screenshot(path=pictures / "signed-out.png", full_page=True)
    assert portal_session(page, demo.social)["signed_in"] is False


def test_the_consent_is_remembered_and_a_refusal_is_not_asked_about_again(
    demo: Demonstration, chromium: Browser
) -> None:
    for visit in ("first", "second"):
        context = chromium.new_context(locale="zh-CN")
        page = context.new_page()
        enter(page, demo.tax)
        sign_in(page, demo.phone, demo.password)
        if visit == "first" and page.locator("#consent-allow").count():
            page.uncheck("input[name=claims][value=phone_number]")
            page.click("#consent-allow")
        page.wait_for_url(f"{demo.tax}/**")
        expect(page.locator("body")).not_to_contain_text(demo.phone)
        context.close()


def test_refusing_leads_back_to_the_portal_with_a_kind_word(
    demo: Demonstration, page: Page
) -> None:
    enter(page, demo.tax)
    page.click("a[href^='/register']")
    persona = _persona(page, demo, "li-na")
    register(page, demo, "13800007002", persona["name"], persona["number"])
    page.click("main a.button")
    page.click("#consent-deny")
    page.wait_for_url(f"{demo.tax}/**")
    expect(page.locator("#error")).to_contain_text("access_denied")


def test_everything_works_without_scripts_on_a_narrow_phone_in_english(
    demo: Demonstration, chromium: Browser, pictures: Path
) -> None:
    context = chromium.new_context(
        java_script_enabled=False, locale="en-GB", viewport={"width": 320, "height": 640}
    )
    page = context.new_page()
    enter(page, demo.social)
    expect(page.locator("#login-submit")).to_contain_text("Sign in")
    page.screenshot(path=pictures / "login.png", full_page=True)
    sign_in(page, demo.phone, demo.password)
    page.wait_for_url(f"{demo.social}/**")
    page.click("#sign-out")
    expect(page.locator("h1")).to_contain_text("signed out")
    page.screenshot(path=pictures / "signed-out.png", full_page=True)
    context.close()


def test_the_login_is_done_with_the_keyboard_alone(demo: Demonstration, page: Page) -> None:
    page.goto(f"{demo.social}/login")
    page.focus("input[name=username]")
    page.keyboard.type(demo.phone)
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.name") != "password":
        page.keyboard.press("Tab")
    page.keyboard.type(demo.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{demo.social}/**")
    assert portal_session(page, demo.social)["signed_in"]


def test_an_open_page_of_another_window_does_not_disturb_the_login(
    demo: Demonstration, context: BrowserContext
) -> None:
    first, second = context.new_page(), context.new_page()
    enter(first, demo.social)
    enter(second, demo.social)
    sign_in(first, demo.phone, demo.password)
    first.wait_for_url(f"{demo.social}/**")
    sign_in(second, demo.phone, demo.password)
    second.wait_for_url(f"{demo.social}/**")
    assert portal_session(second, demo.social)["signed_in"]


def test_the_messages_page_shows_the_code_to_the_newcomer(demo: Demonstration, page: Page) -> None:
    page.goto(f"{demo.provider}/register")
    page.fill("input[name=phone]", "13800007003")
    page.click("main form button[type=submit]")
    expect(page.locator("input[name=code]")).to_be_visible()
    page.goto(f"{demo.home}/messages")
    expect(page.locator("body")).to_contain_text(demo.last_code("13800007003"))


def test_nothing_secret_was_printed_but_the_generated_password(demo: Demonstration) -> None:
    assert "password" not in demo.password
    assert len(set(demo.password)) > 8
    logs = "".join(path.read_text() for path in (demo.folder / "logs").glob("*"))
    for secret in (demo.password, demo.phone, "13800007001", "mountain-river-cloud-lantern"):
        assert secret not in logs
    assert '"event"' in logs


def _persona(page: Page, demo: Demonstration, key: str) -> dict[str, str]:
    """A person of the simulated register, as the demo's home page offers them."""
    host, port = demo.home.rsplit(":", 1)
    people = page.request.get(f"{host}:{int(port) + 10}/personas").json()["persons"]
    person = next(one for one in people if one["key"] == key)
    return {"name": person["name"], "number": person["documents"][0]["number"]}
