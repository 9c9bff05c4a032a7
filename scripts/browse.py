"""Opens a built website in Chromium, from the disk, as a reader without a network does.

Looks at what cannot be read from the files: requests that scripts make, errors of
scripts, pages wider than a telephone, and whether the search finds something. Where
Chromium or playwright is missing nothing is looked at, and that is said.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
TELEPHONE = 360
"""Pixels."""
PATIENCE = 10_000
"""Milliseconds until a search has found something."""


def faults(site: Path, folder: str, asked: str) -> list[str] | None:
    """What is wrong with the pages of a folder, and with the search for `asked`.

    None where there is nothing to look with.
    """
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if not browser or not find_spec("playwright"):
        return None
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as running:
        chromium = running.chromium.launch(
            executable_path=browser, args=["--disable-gpu", *sandbox]
        )
        page = chromium.new_page(viewport={"width": TELEPHONE, "height": 900})
        return list(looked_at(page, site, folder, asked))


def looked_at(page: Any, site: Path, folder: str, asked: str) -> Iterator[str]:
    """The same in a page of a browser that is there."""
    seen: list[str] = []

    def request(one: Any) -> None:
        if not one.url.startswith(("file:", "data:", "blob:")):
            seen.append(f"asks for {one.url}")

    page.on("request", request)
    page.on("pageerror", lambda error: seen.append(str(error)))
    for path in sorted((site / folder).glob("*.html")):
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_timeout(200)  # what scripts ask for comes a moment later
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > TELEPHONE:
            seen.append(f"is {wide} pixels wide")
        yield from (f"{folder}/{path.name}: {one}" for one in seen)
        seen.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".md-search__input").click()
    page.keyboard.type(asked, delay=20)
    found = page.locator(".md-search-result__item").first
    try:
        found.wait_for(timeout=PATIENCE)
    except Exception:  # playwright's own, whose class needs playwright
        yield f'the search for "{asked}" finds nothing'
    yield from (f"searching: {one}" for one in seen)
