"""The log of a whole run holds no secret and no personal data (R51, I10)."""

from __future__ import annotations

import json
import re
import secrets as random_secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from redis import Redis

from idp.clock import SystemClock
from idp.registers.generated_persons import GeneratedPersons
from idp.registers.records import CardStatus, PersonRecord
from tests.contracts.cli.occurring_secrets import Secrets
from tests.contracts.cli.processes import environment, run, serving
from tests.contracts.proofing.register_server import SECRET, running_register
from tests.pages.enrolling import form_to
from tests.protocol.browser import Browser, Callback, Page
from tests.protocol.conftest import NAME, PHONE
from tests.protocol.receiver import Receiver, receiving
from tests.protocol.relying_party import REDIRECT_URI, RelyingParty, Tokens
from tests.provider import Citizen, RunningProvider
from tests.unit.launcher.conftest import wait_for

WRONG = "a-wrong-password-typed-by-mistake"
NEW_PHONE = "13712345678"
PASSWORD = "seven umbrellas for a quiet river"
NEW_PASSWORD = "nine lanterns over a sleepy harbour"
# Digits in the middle of a random id mean nothing.
_ALONE, _NO_MORE = r"(?<![0-9A-Za-z_.-])", r"(?![0-9A-Za-z_.-])"


def test_nothing_secret_or_personal_is_logged_even_at_debug(
    provider: RunningProvider,
    browser: Browser,
    citizen: Citizen,
    portal: RelyingParty,
    enter: Callable[..., Tokens],
) -> None:
    """R51: codes, tokens, OTPs, ID numbers, phones, names, passwords, cookies, secrets."""
    page = browser.get("/authorize", portal.parameters())
    browser.submit(page, page.form("/login"), username=citizen.id_number, password=WRONG)
    given = portal.parameters(login_hint=citizen.phone)
    page = browser.get("/authorize", given)
    login_token = page.form("/login").fields["csrf_token"]
    callback = browser.pass_pages(page, citizen)
    tokens = portal.tokens(callback["code"])
    portal.exchange(callback["code"])
    again = enter(portal)
    renewed = portal.read(portal.refresh(again.refresh_token))
    portal.userinfo(renewed.access_token)
    portal.http.get("/userinfo", params={"access_token": renewed.access_token})
    portal.introspect(renewed.access_token)
    portal.post("/revoke", token=renewed.refresh_token)
    portal.http.post("/token", data={"client_id": portal.client_id, "client_secret": WRONG})
    cookies = dict(browser.http.cookies)
    browser.get("/logout", {"id_token_hint": again.id_token})
    page = browser.get("/register")
    browser.submit(page, page.form(), phone=NEW_PHONE)
    otp = provider.code_for(f"+86{NEW_PHONE}")

    log = provider.log.read_text(encoding="utf-8")
    secrets = {
        "code": callback["code"],
        "access token": tokens.access_token,
        "refresh token": again.refresh_token,
        "ID token": again.id_token,
        "renewed token": renewed.access_token,
        "verifier": portal.verifier,
        "challenge": given["code_challenge"],
        "state": given["state"],
        "nonce": given["nonce"],
        "client secret": str(portal.secret),
        "password": citizen.password,
        "wrong password": WRONG,
        "phone": citizen.phone,
        "new phone": NEW_PHONE,
        "ID number": citizen.id_number,
        "name": citizen.name,
        "form token": login_token,
        **{f"cookie {name}": value for name, value in cookies.items() if len(value) > 20},
    }
    assert len(log) > 1000
    assert not [what for what, value in secrets.items() if value in log]
    assert not re.search(rf"{_ALONE}{otp}{_NO_MORE}", log)
    assert not re.search(r"eyJ[A-Za-z0-9_-]{10,}", log), "something that looks like a JWT"
    assert not re.search(rf"{_ALONE}1[3-9]\d{{9}}{_NO_MORE}", log), (
        "something that looks like a phone"
    )
    assert not re.search(rf"{_ALONE}\d{{17}}[\dX]{_NO_MORE}", log), (
        "something that looks like an ID number"
    )


def test_every_line_is_json_and_names_its_request(
    provider: RunningProvider, browser: Browser
) -> None:
    """R51: and an access line has the template of the route, never the path or the query."""
    browser.get("/login", {"login_hint": "x\ny", "unknown": "\u2028"})
    lines = [line for line in provider.log_lines() if line["event"] == "request"]
    assert lines
    for line in lines:
        assert line["request_id"]
        assert line["trace_id"]
        assert "?" not in line["route"]


@dataclass
class Run:
    """An installation of its own in processes of its own, and a person who uses all of it."""

    folder: Path
    portal: RelyingParty
    receiver: Receiver
    secrets: Secrets = field(default_factory=Secrets)
    codes: set[str] = field(default_factory=set, repr=False)
    stored: list[bytes] = field(default_factory=list, repr=False)

    def browser(self) -> Browser:
        browser = Browser(self.portal.issuer)
        self.secrets.watch(browser.http)
        return browser

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def keep(self) -> None:
        """Copy what is stored at this moment: every file, and every value of the store."""
        home = self.folder / "home"
        files = [path for path in home.rglob("*") if path.is_file() and path.name != "root.key"]
        assert {"tongxing.db", "tongxing.db-wal"} <= {path.name for path in files}
        self.stored += [path.read_bytes() for path in files]
        with closing(Redis(unix_socket_path=str(home / "valkey.sock"))) as store:
            for key in store.scan_iter():
                value = store.get(key) if store.type(key) == b"string" else store.dump(key)
                assert isinstance(key, bytes)
                assert isinstance(value, bytes | None)
                self.stored += [key, value or b""]

    def type_code(self, browser: Browser, page: Page, nth: int) -> Page:
        """Type a wrong code and then the right one, which is in the `nth` message."""
        outbox = self.folder / "outbox.jsonl"
        wait_for(lambda: outbox.exists() and len(outbox.read_bytes().splitlines()) >= nth, 10)
        text = json.loads(outbox.read_text(encoding="utf-8").splitlines()[nth - 1])["text"]
        [code] = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
        wrong = f"{(int(code) + 1) % 10**6:06}"
        self.codes |= {code, wrong}
        path = page.path
        page = browser.submit(page, form_to(page, path), code=wrong)
        assert (page.path, page.status) == (path, 400)
        self.keep()
        return browser.submit(page, form_to(page, path), code=code)

    def messages(self) -> int:
        outbox = self.folder / "outbox.jsonl"
        return len(outbox.read_bytes().splitlines()) if outbox.exists() else 0


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Run]:
    """A sandbox as `idp serve` runs it, at the most talkative log level."""
    metadata = {
        "client_id": "whole-portal",
        "client_name": "税务服务",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile phone offline_access",
        "claims": [NAME, PHONE],
    }
    secret = random_secrets.token_urlsafe(32)
    with ExitStack() as stack:
        register = stack.enter_context(running_register(SystemClock()))
        receiver = stack.enter_context(receiving())
        metadata["backchannel_logout_uri"] = receiver.url + "/backchannel"
        settings = environment(
            tmp_path,
            IDP_POPULATION_REGISTER__BASE_URL=register,
            IDP_POPULATION_REGISTER__SECRET=SECRET.get_secret_value(),
            IDP_MESSAGING__PROVIDER="file",
            IDP_MESSAGING__OUTBOX_FILE=str(tmp_path / "outbox.jsonl"),
            IDP_OUTBOUND__ALLOW_INSECURE_LOOPBACK="true",
            IDP_OUTBOUND__ALLOW_HOSTS='["127.0.0.1"]',
            IDP_HTTP__TRUSTED_PROXIES='["127.0.0.1/32"]',
            IDP_AUTHN__ONE_TIME_CODES__PAUSE_SECONDS="0",
            IDP_PASSWORDS__MEMORY_KIB="64",
            IDP_OBSERVABILITY__LOG_LEVEL="DEBUG",
            PORTAL_SECRET=secret,
        )
        clients = tmp_path / "clients.yaml"
        entry = {**metadata, "client_secret_env": "PORTAL_SECRET"}
        clients.write_text(json.dumps({"clients": [entry]}), encoding="utf-8")
        applied = run("clients", "apply", str(clients), "--yes", settings=settings)
        assert applied.returncode == 0, applied.stderr
        stack.enter_context(serving(settings, tmp_path))
        issuer = f"http://localhost:{settings['IDP_SERVER__PORT']}"
        http = stack.enter_context(httpx2.Client(base_url=issuer))
        running = Run(tmp_path, RelyingParty(issuer, metadata, secret, http), receiver)
        running.secrets.watch(http)
        running.secrets.add("client secret", secret)
        running.secrets.add("register secret", SECRET.get_secret_value())
        running.secrets.add("root key", (tmp_path / "home" / "root.key").read_text().strip())
        yield running


def test_a_whole_run_leaves_no_secret_in_logs_files_or_store(whole: Run) -> None:
    """I10, R51: registration to the end, sign-in, consent, tokens, recovery, logout, a crash."""
    person = _somebody()
    citizen = Citizen("", NEW_PHONE, person.documents[0].number, person.name, PASSWORD)
    whole.secrets.add("name", citizen.name)
    whole.secrets.add("ID number", citizen.id_number)
    whole.secrets.add("phone", citizen.phone)
    _register(whole, citizen)
    browser = whole.browser()
    tokens = _enter(whole, browser, citizen)
    _recover(whole, citizen)
    assert whole.portal.refresh(tokens.refresh_token).status_code == 400
    browser = whole.browser()
    again = _enter(whole, browser, Citizen("", NEW_PHONE, "", "", NEW_PASSWORD))
    # The first delivery fails, so that the job worker makes the second.
    told = len(whole.receiver.forms)
    whole.receiver.statuses = [503]
    browser.get("/logout", {"id_token_hint": again.id_token})
    wait_for(lambda: len(whole.receiver.forms) >= told + 2, 30)
    for token in whole.receiver.tokens():
        whole.secrets.add("logout token", token)
    whole.keep()
    _crash(whole, citizen)

    log = whole.log()
    for event in ("unexpected_error", "worker_started", "refused"):
        assert f'"event":"{event}"' in log.replace('": "', '":"'), event
    kinds = set(whole.secrets.found.values())
    assert {
        "sent password", "sent name", "ID number", "sent code_verifier",
        "query code", "query state", "received access_token", "received refresh_token",
        "received id_token", "received phone_number", "form token", "logout token",
    } <= kinds, kinds  # fmt: skip
    # The search finds what is there, and what was kept holds the store's drafts too.
    assert "phone" in whole.secrets.in_text((whole.folder / "outbox.jsonl").read_text())
    assert any(b"registration" in each[:40] for each in whole.stored)
    assert whole.secrets.in_text(log) == []
    for code in whole.codes:
        assert not re.search(rf"{_ALONE}{code}{_NO_MORE}", log)
    assert not re.search(r"eyJ[A-Za-z0-9_-]{10,}", log)
    everything = b"\n".join(whole.stored)
    assert whole.secrets.in_bytes(everything) == []
    for code in whole.codes:
        assert not re.search(rf"{_ALONE}{code}{_NO_MORE}".encode(), everything)


def _somebody() -> PersonRecord:
    """Return a person whom the register confirms without a remark."""
    population = GeneratedPersons("tongxing-1", 1000)
    return next(
        person
        for person in map(population.by_index, range(1000))
        if not person.former_names
        and person.deceased_on is None
        and person.documents[0].cards[0].status is CardStatus.VALID
        and person.documents[0].cards[0].valid_until.year > 2100
        and person.documents[0].number[6:10] < "2000"
    )


def _register(whole: Run, citizen: Citizen) -> None:
    browser = whole.browser()
    page = browser.get("/register")
    page = browser.submit(page, page.form(), phone=citizen.phone)
    page = whole.type_code(browser, page, nth=whole.messages() or 1)
    assert page.path == "/register/identity", f"{page.path} {page.status}"
    page = browser.submit(
        page,
        form_to(page, page.path),
        name=citizen.name,
        id_kind="resident_id",
        id_number=citizen.id_number,
    )
    assert page.path == "/register/password", f"{page.path} {page.status}"
    whole.keep()
    page = browser.submit(page, form_to(page, page.path), password=citizen.password)
    assert page.path == "/register/done", f"{page.path} {page.status}"


def _enter(whole: Run, browser: Browser, citizen: Citizen) -> Tokens:
    """Sign in at the second try, agree where asked, and use what the portal is given."""
    portal = whole.portal
    page = browser.get("/authorize", portal.parameters(prompt="consent", login_hint=citizen.phone))
    page = browser.submit(page, page.form("/login"), username=citizen.phone, password=WRONG)
    assert page.status == 400
    whole.keep()
    callback = browser.pass_pages(_signed_in(browser, page, citizen), citizen)
    tokens = portal.tokens(callback["code"])
    renewed = portal.read(portal.refresh(tokens.refresh_token))
    assert portal.userinfo(renewed.access_token).json()["phone_number"] == f"+86{citizen.phone}"
    assert portal.introspect(renewed.access_token)["active"]
    whole.keep()
    return renewed


def _signed_in(browser: Browser, page: Page, citizen: Citizen) -> Page:
    form = page.form("/login")
    return browser.submit(page, form, username=citizen.phone, password=citizen.password)


def _recover(whole: Run, citizen: Citizen) -> None:
    browser, before = whole.browser(), whole.messages()
    page = browser.get("/recover")
    page = browser.submit(page, page.form(), phone=citizen.phone)
    page = whole.type_code(browser, page, nth=before + 1)
    for name in ("王不对", citizen.name):
        if page.status == 400:
            page = browser.get(f"/recover/identity?{urlsplit(page.url).query}")
        form = form_to(page, "/recover/identity")
        page = browser.submit(page, form, name=name, id_number=citizen.id_number)
    assert page.path == "/recover/password", f"{page.path} {page.status}"
    whole.keep()
    page = browser.submit(page, form_to(page, page.path), password=NEW_PASSWORD)
    assert page.path == "/recover/done", f"{page.path} {page.status}"


def _crash(whole: Run, citizen: Citizen) -> None:
    """Break rules of the database under the running server, so that statements that hold secrets
    fail in ways that nobody foresaw; with a table gone, in one that is foreseen."""
    browser, portal = whole.browser(), whole.portal
    code = _again(whole, browser, citizen)["code"]
    with closing(sqlite3.connect(whole.folder / "home" / "tongxing.db", timeout=30)) as database:
        for table in ("token_families", "one_time_codes", "sessions"):
            database.execute(
                f"CREATE TRIGGER {table}_broken BEFORE INSERT ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'broken by the test'); END"
            )
        database.execute("ALTER TABLE recoveries RENAME TO recoveries_gone")
        database.commit()
    assert portal.exchange(code).status_code == 500
    fresh = whole.browser()
    page = fresh.get("/login")
    page = fresh.submit(page, page.form("/login"), username=citizen.phone, password=NEW_PASSWORD)
    assert page.status == 500
    for start, phone in (("/register", "13787654321"), ("/recover", citizen.phone)):
        page = fresh.get(start)
        assert fresh.submit(page, form_to(page, start), phone=phone).status >= 500


def _again(whole: Run, browser: Browser, citizen: Citizen) -> Callback:
    page = browser.get("/authorize", whole.portal.parameters())
    signed_in = Citizen("", citizen.phone, "", "", NEW_PASSWORD)
    return browser.pass_pages(page, signed_in)
