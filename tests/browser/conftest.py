"""One Chromium for all tests of pages; without one they skip, and say why.

    opened(html)    the page in a tab of its own, watched: requests and errors are kept

A page may ask for nothing: every request but the file itself and `data:` is stopped and
counted.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome")
        if (found := shutil.which(name))
    ),
    None,
)


@dataclass
class Opened:
    """A page in a tab, and what it did."""

    page: Any
    asked: list[str] = field(default_factory=list)
    """Addresses that it asked for beyond itself."""
    errors: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The one browser of the session."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed"
    )
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else [],
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """A function that opens a page: its text, and how wide and in what light."""
    contexts = []

    def open_page(
        html: str,
        *,
        width: int = 1280,
        dark: bool = False,
        script: bool = True,
        calm: bool = True,
    ) -> Opened:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce" if calm else "no-preference",
        )
        contexts.append(context)
        found = Opened(context.new_page())
        own = path.as_uri()

        def judge(route: Any) -> None:
            address = route.request.url
            if address.startswith(own):
                route.continue_()
                return
            found.asked.append(address)
            route.abort()

        context.route(lambda address: not address.startswith("data:"), judge)
        found.page.on("console", lambda said: _kept(found, said))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.goto(own)
        return found

    yield open_page
    for context in contexts:
        context.close()


def _kept(found: Opened, said: Any) -> None:
    if said.type in ("error", "warning"):
        found.errors.append(said.text)
