"""Every page, in every sample state and both languages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from idp.http.templating import Templates, is_web_address
from idp.i18n.language import Language
from tests.preview.sample_parts import step
from tests.preview.sample_sign_in import login
from tests.preview.samples import SAMPLES, Sample

WEB = Path(__file__).resolve().parents[3] / "idp" / "web"
TEMPLATES = Templates(WEB / "templates")
LIGHT_PAGE = 50_000

REQUIRED_IDS = {
    "login.html": {"login-submit", "username", "password"},
    "consent.html": {"consent-allow", "consent-deny"},
    "logout/confirm.html": {"logout-confirm"},
}
LANDMARKS = {"header": 1, "main": 1, "footer": 1, "h1": 1, "title": 1}
UNLABELLED_TYPES = {"hidden"}

Attributes = dict[str, str | None]


@dataclass
class Page(HTMLParser):
    """A parsed page: its elements in order, and the text outside them."""

    html: str
    elements: list[tuple[str, Attributes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, *tags: str) -> list[Attributes]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]


def rendered(sample: Sample, language: Language) -> Page:
    context = sample.context(language)
    return Page(TEMPLATES.render(sample.template, language=language, context=context))


EVERY_PAGE = [
    pytest.param(rendered(sample, language), sample, language, id=f"{sample.label}-{language}")
    for sample in SAMPLES
    for language in Language
]
every_page = pytest.mark.parametrize(("page", "sample", "language"), EVERY_PAGE)


def test_every_page_template_has_a_sample() -> None:
    shared = {"layouts", "parts"}
    pages = {
        path.relative_to(WEB / "templates").as_posix()
        for path in (WEB / "templates").rglob("*.html")
        if path.parent.name not in shared and path.name != "sections.html"
    }
    assert pages == {sample.template for sample in SAMPLES}


@every_page
def test_a_page_has_its_landmarks_one_heading_and_its_language(
    page: Page, sample: Sample, language: Language
) -> None:
    tags = Counter(tag for tag, _ in page.elements)
    assert {tag: tags[tag] for tag in LANDMARKS} == LANDMARKS
    assert page.all("html")[0]["lang"] == language.value
    assert {"href": "#main", "class": "skip-link"} in page.all("a")


@every_page
def test_a_page_needs_no_exception_from_the_content_security_policy(
    page: Page, sample: Sample, language: Language
) -> None:
    assert not page.all("style")
    assert all(script.get("src", "") for script in page.all("script"))
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
    assert not [a for a in page.all("a") if (a.get("href") or "").startswith("javascript:")]


@every_page
def test_every_control_has_a_label_and_every_reference_a_target(
    page: Page, sample: Sample, language: Language
) -> None:
    ids = page.ids()
    assert len(ids) == len(set(ids))
    labels = {label["for"] for label in page.all("label")}
    for control in page.all("input", "select", "textarea"):
        assert control.get("type") in UNLABELLED_TYPES or control["id"] in labels
    for _, attributes in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
    within = [a["href"] or "" for a in page.all("a") if (a.get("href") or "").startswith("#")]
    assert {href[1:] for href in within} <= set(ids)


@every_page
def test_every_form_posts_and_carries_the_csrf_token(
    page: Page, sample: Sample, language: Language
) -> None:
    forms = page.all("form")
    assert all(form["method"] == "post" for form in forms)
    tokens = [hidden for hidden in page.all("input") if hidden.get("name") == "csrf_token"]
    # Form Post leaves for the client, which must not learn the token.
    expected = 0 if sample.template == "form_post.html" else len(forms)
    assert len(tokens) == expected


@every_page
def test_a_page_with_its_style_and_scripts_is_light(
    page: Page, sample: Sample, language: Language
) -> None:
    static = sum(path.stat().st_size for path in (WEB / "static").iterdir())
    assert len(page.html.encode()) + static < LIGHT_PAGE


@every_page
def test_the_ids_that_are_promised_to_tools_are_there(
    page: Page, sample: Sample, language: Language
) -> None:
    assert REQUIRED_IDS.get(sample.template, set()) <= set(page.ids())


@every_page
def test_a_chinese_page_leaves_no_english_sentence(
    page: Page, sample: Sample, language: Language
) -> None:
    text = re.sub(r"<[^>]+>", " ", page.html)
    han = re.findall(r"[\u4e00-\u9fff]", text)
    if language is Language.CHINESE:
        assert len(han) > 20
        assert not re.findall(r"[a-z]+ [a-z]+ [a-z]+", text)
    else:
        # The language switch, and the sample person's name as the register has it.
        # Long names are made of Chinese characters on purpose.
        assert set(han) <= set("简体中文张") or "long-names" in sample.label


def test_the_english_pages_say_what_relying_parties_look_for() -> None:
    pages = {sample.label: rendered(sample, Language.ENGLISH).html for sample in SAMPLES}
    assert "Sign in" in pages["login"]
    assert "signed out" in pages["logout-done"]


@pytest.mark.parametrize("label", ["login", "consent"])
def test_login_and_consent_show_the_clients_name_logo_policy_and_terms(label: str) -> None:
    sample = next(sample for sample in SAMPLES if sample.label == label)
    page = rendered(sample, Language.ENGLISH)
    assert "Business Start One-Stop" in page.html
    assert "https://portal.example/logo.svg" in {image["src"] for image in page.all("img")}
    links = {link["href"] for link in page.all("a")}
    assert {"https://portal.example/privacy", "https://portal.example/terms"} <= links


def test_statutory_claims_offer_no_choice_and_voluntary_ones_do() -> None:
    sample = next(sample for sample in SAMPLES if sample.label == "consent")
    boxes = [box for box in rendered(sample, Language.CHINESE).all("input") if "checked" in box]
    offered = rendered(sample, Language.CHINESE).all("input")
    values = {box["value"] for box in offered if box.get("name") == "claims"}
    assert values == {"phone_number", "address"}
    assert [box["value"] for box in boxes] == ["phone_number"]


def test_an_error_is_tied_to_its_field_and_linked_from_the_summary() -> None:
    sample = next(sample for sample in SAMPLES if sample.label == "register-phone-invalid")
    page = rendered(sample, Language.ENGLISH)
    phone = next(control for control in page.all("input") if control.get("id") == "phone")
    assert phone["aria-invalid"] == "true"
    assert phone["aria-describedby"] == "phone-hint phone-error"
    assert "#phone" in {link["href"] for link in page.all("a")}
    assert "<title>Error: " in page.html


def test_a_client_cannot_write_markup_into_a_page() -> None:
    hostile = '"><script src="//evil.example"></script>'
    client = {
        "name": hostile,
        "department": hostile,
        "logo_uri": f"https://evil.example/{hostile}",
        "policy_uri": f"https://evil.example/{hostile}",
        "tos_uri": "data:text/html,x",
        "is_self_registered": True,
    }
    context = login(Language.ENGLISH, client=client, form={"username": hostile})
    page = Page(TEMPLATES.render("login.html", language=Language.ENGLISH, context=context))
    sources = [script["src"] or "" for script in page.all("script")]
    assert all(source.startswith("/static/") for source in sources)
    assert not [a for a in page.all("a") if (a["href"] or "").startswith("data:")]


def test_a_password_is_never_sent_back() -> None:
    context = login(Language.ENGLISH, form={"username": "x", "password": "correct horse"})
    html = TEMPLATES.render("login.html", language=Language.ENGLISH, context=context)
    assert "correct horse" not in html


def test_a_missing_value_is_an_error_and_not_a_hole() -> None:
    context = step(Language.ENGLISH)
    del context["action"]
    with pytest.raises(UndefinedError):
        TEMPLATES.render("register/phone.html", language=Language.ENGLISH, context=context)


def test_a_static_url_changes_with_the_content_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "templates" / "x.html").write_text("{{ static('x.css') }}")
    urls = set()
    for content in ("a", "b"):
        (tmp_path / "static" / "x.css").write_text(content)
        templates = Templates(tmp_path / "templates")
        urls.add(templates.render("x.html", language=Language.ENGLISH, context={}))
    assert len(urls) == 2
    assert all(re.fullmatch(r"/static/x\.css\?v=[0-9a-f]{12}", url) for url in urls)


@pytest.mark.parametrize(
    "address", [None, "", "javascript:alert(1)", "data:text/html,x", "https:", "//host", "http://["]
)
def test_what_is_not_a_web_address_becomes_no_link(address: str | None) -> None:
    assert not is_web_address(address)
