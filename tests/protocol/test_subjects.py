"""Subjects: who a person is for one client, and is not for another."""

from __future__ import annotations

from collections.abc import Callable

from tests.protocol.conftest import NewPortal
from tests.protocol.relying_party import RelyingParty, Tokens

Enter = Callable[..., Tokens]


def test_two_clients_see_different_subjects_and_sessions(
    new_portal: NewPortal, enter: Enter
) -> None:
    """OpenID Connect Core section 8.1, Back-Channel Logout section 2.1, R15."""
    tax = new_portal(redirect_uris=["http://localhost:9/tax"], sector_identifier="tax.example.cn")
    health = new_portal(
        redirect_uris=["http://localhost:9/health"], sector_identifier="health.example.cn"
    )
    one = tax.claims(enter(tax).id_token)
    two = health.claims(enter(health).id_token)
    assert one["sub"] != two["sub"]
    assert one["sid"] != two["sid"]


def test_a_subject_stays_the_same_wherever_it_appears(portal: RelyingParty, enter: Enter) -> None:
    """OpenID Connect Core section 5.3.2: userinfo's sub equals the ID token's."""
    first, second = enter(portal), enter(portal)
    sub = portal.claims(first.id_token)["sub"]
    assert portal.claims(second.id_token)["sub"] == sub
    assert portal.userinfo(first.access_token).json()["sub"] == sub
    assert portal.introspect(first.access_token)["sub"] == sub
    assert portal.claims(portal.read(portal.refresh(first.refresh_token)).id_token)["sub"] == sub
    assert len(sub) <= 255
    assert sub.isascii()


def test_clients_of_one_sector_see_the_same_subject_but_not_the_same_session_id(
    new_portal: NewPortal, enter: Enter
) -> None:
    """OpenID Connect Core section 8.1: the sector is the host of the redirect URIs."""
    one, two = new_portal(), new_portal()
    first, second = one.claims(enter(one).id_token), two.claims(enter(two).id_token)
    assert first["sub"] == second["sub"]
    assert first["sid"] != second["sid"]


def test_a_public_subject_is_the_same_at_every_client_that_asked_for_it(
    new_portal: NewPortal, enter: Enter
) -> None:
    """OpenID Connect Core section 8: subject type public."""
    hosts = ("http://localhost:9/cb", "http://127.0.0.1:9/cb")
    public = [new_portal(redirect_uris=[uri], subject_type="public") for uri in hosts]
    subs = {portal.claims(enter(portal).id_token)["sub"] for portal in public}
    pairwise = new_portal()
    assert len(subs) == 1
    assert pairwise.claims(enter(pairwise).id_token)["sub"] not in subs


def test_nothing_in_a_token_but_its_claims_links_two_clients(
    new_portal: NewPortal, enter: Enter
) -> None:
    """R15: no account or session id travels in any token."""
    tax = new_portal(sector_identifier="tax.example.cn")
    health = new_portal(sector_identifier="health.example.cn")
    one, two = enter(tax), enter(health)
    shared = {"iss", "aud", "iat", "exp", "auth_time", "acr", "amr", "scope"}
    for first, second in ((one.id_token, two.id_token), (one.access_token, two.access_token)):
        left, right = tax.claims(first), health.claims(second)
        linking = {name for name in left if left[name] == right.get(name)} - shared
        assert not linking


def test_two_native_applications_share_no_subject(new_portal: NewPortal, enter: Enter) -> None:
    """R15: everybody has a loopback address; it is no sector."""
    native = {
        "application_type": "native",
        "redirect_uris": ["http://127.0.0.1:9/callback"],
        "token_endpoint_auth_method": "none",
    }
    subjects = set()
    for _ in range(2):
        portal = new_portal(**native)
        subjects.add(portal.claims(enter(portal).id_token)["sub"])
    assert len(subjects) == 2
