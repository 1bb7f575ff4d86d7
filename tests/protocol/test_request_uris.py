"""Request objects that lie at an address of the client (OpenID Connect Core section 6.2), which is
offered where the compatibility setting is on."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator

import pytest

from tests.protocol.browser import Browser, Page
from tests.protocol.conftest import NewPortal
from tests.protocol.documents import Documents, Reply, serving_documents
from tests.protocol.refusals import not_granted, sent_back, shown_on_a_page
from tests.protocol.relying_party import RelyingParty
from tests.protocol.signing_client import public_jwks, request_object, sign
from tests.provider import Citizen, RunningProvider, running_provider

NOT_READ = "invalid_request_uri"
JWT = "application/oauth-authz-req+jwt"
OUTBOUND = {
    "allow_hosts": ("127.0.0.1",),
    "allow_insecure_loopback": True,
    "read_seconds": 0.5,
    "total_seconds": 1,
}
Sign = Callable[..., bytes]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("compatible") / "home"
    with running_provider(folder, clients={"compatibility": True}, outbound=OUTBOUND) as running:
        yield running
        # Nothing that a client's server answers may be a surprise (I10).
        assert not [line for line in running.log_lines() if line["level"] in ("error", "critical")]


@pytest.fixture
def documents() -> Iterator[Documents]:
    with serving_documents() as served:
        yield served


@pytest.fixture
def portal(new_portal: NewPortal, documents: Documents) -> RelyingParty:
    """A client that registered an address for a request object that may change."""
    return new_portal(jwks=public_jwks(), request_uris=[documents.url + "/r"])


@pytest.fixture
def signed(provider: RunningProvider) -> Sign:
    def build(portal: RelyingParty, **changes: str | None) -> bytes:
        parameters = portal.parameters(**changes)
        return sign(request_object(portal.issuer, parameters, provider.clock.now())).encode()

    return build


def name(portal: RelyingParty, request_uri: str, **beside: str) -> dict[str, str]:
    return {"client_id": portal.client_id, "request_uri": request_uri, **beside}


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def begun(page: Page) -> None:
    assert (page.status, page.path) == (200, "/login"), page.location


@pytest.mark.parametrize("content_type", [JWT, "application/jwt", "text/plain"])
def test_what_lies_at_a_registered_address_is_the_request(
    browser: Browser, citizen: Citizen, portal: RelyingParty, documents: Documents, signed: Sign,
    content_type: str,
) -> None:  # fmt: skip
    documents.replies["/r"] = Reply(signed(portal, state="there") + b"\n", content_type)
    asked = name(portal, documents.url + "/r", state="beside", prompt="none")
    callback = browser.pass_pages(browser.get("/authorize", asked), citizen)
    assert callback["state"] == "there"
    assert portal.tokens(callback["code"]).id_token
    assert documents.asked == ["/r"]


def test_a_fragment_belongs_to_the_address_and_is_not_sent(
    browser: Browser, new_portal: NewPortal, documents: Documents, signed: Sign
) -> None:
    """OpenID Connect Core sections 6.2 and 6.2.1."""
    portal = new_portal(jwks=public_jwks())
    content = signed(portal)
    request_uri = f"{documents.url}/r#{digest(content)}"
    portal = new_portal(jwks=public_jwks(), client_id=portal.client_id, request_uris=[request_uri])
    documents.replies["/r"] = Reply(content, JWT)
    begun(browser.get("/authorize", name(portal, request_uri)))
    assert documents.asked == ["/r"]

    # It tells caches that the object has changed; there is none here, and the signature decides.
    documents.replies["/r"] = Reply(signed(portal), JWT)
    begun(browser.get("/authorize", name(portal, request_uri)))
    assert documents.asked == ["/r", "/r"]


@pytest.mark.parametrize("change", ["#x", "?", "/", "2", "%72"])
def test_an_address_is_registered_byte_for_byte(
    browser: Browser, portal: RelyingParty, documents: Documents, signed: Sign, change: str
) -> None:
    documents.replies["/r"] = Reply(signed(portal), JWT)
    where = {"redirect_uri": portal.redirect_uri, "state": "s"}
    asked = name(portal, documents.url + "/r" + change, **where)
    sent_back(browser.get("/authorize", asked), portal, NOT_READ, "s")
    assert documents.asked == []


def test_an_address_of_another_client_is_not_fetched(
    browser: Browser, portal: RelyingParty, new_portal: NewPortal, documents: Documents
) -> None:
    other = new_portal(jwks=public_jwks())
    page = browser.get("/authorize", name(other, portal.metadata["request_uris"][0]))
    shown_on_a_page(page, "request_uri")
    assert documents.asked == []


@pytest.mark.parametrize(
    "reply",
    [Reply(status=404), Reply(status=500), Reply(b"a.b.c", status=201, delay=3),
     Reply(b"x" * 8193), Reply(b"x" * (2 << 20)), Reply("通行".encode()), Reply(b"\xff.\xff.\xff")],
    ids=["missing", "broken", "slow", "too long", "huge", "not ASCII", "not UTF-8"],
)  # fmt: skip
def test_what_cannot_be_read_is_said_to_be_so(
    browser: Browser, portal: RelyingParty, documents: Documents, reply: Reply
) -> None:
    documents.replies["/r"] = reply
    shown_on_a_page(browser.get("/authorize", name(portal, documents.url + "/r")), "request_uri")
    where = {"redirect_uri": portal.redirect_uri, "state": "s"}
    page = browser.get("/authorize", name(portal, documents.url + "/r", **where))
    sent_back(page, portal, NOT_READ, "s")


@pytest.mark.parametrize("content", [b"", b"not a JWT", b"a.b.c", b"a.b.c.d.e", b"{}"])
def test_what_is_no_request_object_is_refused(
    browser: Browser, portal: RelyingParty, documents: Documents, content: bytes
) -> None:
    documents.replies["/r"] = Reply(content, JWT)
    where = {"redirect_uri": portal.redirect_uri, "state": "s"}
    page = browser.get("/authorize", name(portal, documents.url + "/r", **where))
    sent_back(page, portal, "invalid_request_object", "s")


def test_redirects_are_not_followed(
    browser: Browser, portal: RelyingParty, documents: Documents, signed: Sign
) -> None:
    documents.replies["/there"] = Reply(signed(portal), JWT)
    for status in (301, 302, 303, 307, 308):
        documents.replies["/r"] = Reply(status=status, location=documents.url + "/there")
        page = browser.get("/authorize", name(portal, documents.url + "/r"))
        shown_on_a_page(page, "request_uri")
    assert set(documents.asked) == {"/r"}


def test_a_server_that_is_down_is_no_surprise(browser: Browser, new_portal: NewPortal) -> None:
    portal = new_portal(jwks=public_jwks(), request_uris=["http://127.0.0.1:9/r"])
    page = browser.get("/authorize", name(portal, "http://127.0.0.1:9/r"))
    shown_on_a_page(page, "request_uri")


def test_an_object_that_lies_somewhere_is_judged_like_any_other(
    browser: Browser,
    portal: RelyingParty,
    new_portal: NewPortal,
    documents: Documents,
    signed: Sign,
) -> None:
    other = new_portal(jwks=public_jwks())
    documents.replies["/r"] = Reply(signed(other), JWT)
    shown_on_a_page(browser.get("/authorize", name(portal, documents.url + "/r")), "request")


def test_an_object_and_its_address_at_once_are_refused(
    browser: Browser, portal: RelyingParty, documents: Documents, signed: Sign
) -> None:
    """OpenID Connect Core section 6.1, RFC 9101 section 5."""
    documents.replies["/r"] = Reply(signed(portal), JWT)
    where = {"redirect_uri": portal.redirect_uri, "state": "s"}
    request = signed(portal).decode()
    asked = name(portal, documents.url + "/r", request=request, **where)
    sent_back(browser.get("/authorize", asked), portal, "invalid_request", "s")
    assert documents.asked == []


def test_an_address_cannot_be_pushed(portal: RelyingParty, documents: Documents) -> None:
    """RFC 9126 section 2.1."""
    answer = portal.post("/par", request_uri=documents.url + "/r", response_type="code")
    not_granted(answer, "invalid_request")
    assert documents.asked == []


def test_a_client_that_has_to_push_may_not_use_an_address(
    browser: Browser, new_portal: NewPortal, documents: Documents, signed: Sign
) -> None:
    uri = documents.url + "/r"
    portal = new_portal(
        jwks=public_jwks(), request_uris=[uri], require_pushed_authorization_requests=True
    )
    documents.replies["/r"] = Reply(signed(portal, state="there"), JWT)
    sent_back(browser.get("/authorize", name(portal, uri)), portal, "invalid_request", "there")


def test_addresses_are_advertised(provider: RunningProvider, browser: Browser) -> None:
    document = browser.http.get("/.well-known/openid-configuration").json()
    assert document["request_uri_parameter_supported"] is True
    assert document["require_request_uri_registration"] is True
