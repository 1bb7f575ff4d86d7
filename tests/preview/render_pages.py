"""Render every sample page and take pictures of them.

    python -m tests.preview.render_pages FOLDER [LABEL ...]

FOLDER receives one HTML file per page and language, and one PNG per size. The pages are served
from the loopback interface with the production Content-Security-Policy, so whatever it blocks is
missing from the pictures too, and is printed.
"""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from idp.http.templating import Templates
from idp.i18n.language import Language
from tests.preview.samples import SAMPLES, Sample

WEB = Path(__file__).resolve().parents[2] / "idp" / "web"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]
SIZES = {"phone": (375, 812), "desk": (1280, 900)}
NARROWEST = 320
SAMPLE_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" '
    'fill="#0b6e69"/><path d="M12 35V18l12-7 12 7v17M20 35V25h8v10" fill="none" stroke="#fff" '
    'stroke-width="3"/></svg>'
)
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data: https://portal.example; frame-src https://portal.example; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


class Handler(SimpleHTTPRequestHandler):
    """The rendered pages, and ``/static/`` from the source."""

    def translate_path(self, path: str) -> str:
        asked = urlsplit(path).path
        if asked.startswith("/static/"):
            return str(WEB / "static" / Path(asked).name)
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the pictures are the output."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def write_pages(folder: Path, samples: list[Sample]) -> list[str]:
    templates = Templates(WEB / "templates")
    names = []
    for sample in samples:
        for language in Language:
            name = f"{sample.label}.{language.value}"
            html = templates.render(
                sample.template, language=language, context=sample.context(language)
            )
            (folder / f"{name}.html").write_text(html, encoding="utf-8")
            names.append(name)
    return names


def report(message: ConsoleMessage) -> None:
    """What the browser complains about, such as a breach of the Content-Security-Policy."""
    print(f"{urlsplit(message.location['url']).path}: {message.text}")


def keep_at_home(page: Page) -> None:
    """No page leaves the machine: the sample logo is drawn here, form_post does not go off."""
    page.route(
        "https://portal.example/**",
        lambda route: route.fulfill(content_type="image/svg+xml", body=SAMPLE_LOGO),
    )
    page.route("**/form_post.js*", lambda route: route.abort())


def photograph(browser: Browser, origin: str, folder: Path, names: list[str], dark: bool) -> None:
    for size, (width, height) in SIZES.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        page = context.new_page()
        keep_at_home(page)
        page.on("console", report)
        for name in names:
            page.goto(f"{origin}/{name}.html")
            page.screenshot(path=folder / f"{name}.{size}.png", full_page=True)
        context.close()


def report_overflow(browser: Browser, origin: str, names: list[str]) -> None:
    """Name the pages that scroll sideways on the narrowest screen (WCAG 2.2, 1.4.10)."""
    page = browser.new_page(viewport={"width": NARROWEST, "height": 640})
    keep_at_home(page)
    for name in names:
        page.goto(f"{origin}/{name}.html")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST:
            print(f"{name}: {width} px wide on a screen of {NARROWEST} px")
    page.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("labels", nargs="*", help="only these samples")
    parser.add_argument("--dark", action="store_true")
    arguments = parser.parse_intermixed_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    samples = [one for one in SAMPLES if not arguments.labels or one.label in arguments.labels]
    names = write_pages(folder, samples)
    with served(folder) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        photograph(browser, origin, folder, names, arguments.dark)
        report_overflow(browser, origin, names)
        browser.close()


if __name__ == "__main__":
    main()
