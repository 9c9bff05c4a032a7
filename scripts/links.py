"""Finds what does not hold in a built website: links, anchors, pictures, requests.

    a link to a page, a file or an anchor that is not there
    a picture, script, style sheet or font that is not there, or comes from elsewhere
    a drawing (svg with role="img") without a name, or with a number that is none

Links that a reader may follow to other sites are theirs to follow; nothing is loaded
from there by itself.
"""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import final
from urllib.parse import unquote, urlsplit

from typing_extensions import override

RESOURCES = {
    "script": "src",
    "img": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "iframe": "src",
    "embed": "src",
    "object": "data",
}
LOADED = {"stylesheet", "icon", "preload", "modulepreload", "preconnect", "manifest"}
PLACES = {"d", "points", "x", "y", "x1", "x2", "y1", "y2", "width", "height"}
PLACES |= {"cx", "cy", "r", "transform", "viewbox"}
NO_NUMBER = re.compile("nan|inf")
URL_OF_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


@final
class Page(HTMLParser):
    """What one HTML page points to, and what it can be pointed at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.resources: list[str] = []
        self.faults: list[str] = []
        self._named: list[str] = []
        self.feed(text)
        lost = [one for one in self._named if one not in self.anchors]
        self.faults += [f"no element has the id {one}" for one in lost]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[key] for key in ("id", "name") if key in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in RESOURCES and RESOURCES[tag] in given:
            self.resources.append(given[RESOURCES[tag]])
        if tag == "link" and LOADED & set(given.get("rel", "").split()):
            self.resources.append(given.get("href", ""))
        if tag == "use":
            self.resources.append(given.get("href", given.get("xlink:href", "")))
        self.resources += urls_of(given.get("style", ""))
        self._named += given.get("aria-labelledby", "").split()
        if tag == "img" and "alt" not in given:
            self.faults.append(f"no words for the picture {given.get('src')}")
        named = given.get("aria-label") or given.get("aria-labelledby")
        if tag == "svg" and given.get("role") == "img" and not named:
            self.faults.append("a drawing has no name")
        for name, value in given.items():
            if name in PLACES and NO_NUMBER.search(value.lower()):
                self.faults.append(f"<{tag}> has {name}={value!r}")

    @override
    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.resources += urls_of(data)


def urls_of(style: str) -> list[str]:
    """What a style sheet loads."""
    return [first or second for first, second in URL_OF_STYLE.findall(style)]


def faults(site: Path) -> list[str]:
    """Everything that does not hold below `site`, each with its page."""
    return sorted({f"{page}: {what}" for page, what in _faults(site.resolve())})


def _faults(site: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(site.rglob("*.html")):
        page, name = read(path), path.relative_to(site).as_posix()
        yield from ((name, what) for what in page.faults)
        for link in page.links:
            if what := _lost(link, path, site):
                yield name, what
        for one in page.resources:
            if what := _foreign(one) or _lost(one, path, site):
                yield name, what
    for path in sorted(site.rglob("*.css")):
        for one in urls_of(path.read_text("utf-8")):
            if what := _foreign(one) or _lost(one, path, site):
                yield path.relative_to(site).as_posix(), what


def _foreign(url: str) -> str:
    far = urlsplit(url).scheme not in ("", "data") or url.startswith("//")
    return f"loads {url}" if far else ""


def _lost(url: str, path: Path, site: Path) -> str:
    parts = urlsplit(url)
    if parts.scheme or parts.netloc:
        return ""
    start = site if parts.path.startswith("/") else path.parent
    there = (start / unquote(parts.path.lstrip("/"))).resolve() if parts.path else path
    there = there / "index.html" if there.is_dir() else there
    if not there.is_relative_to(site) or not there.is_file():
        return f"{url} leads nowhere"
    place = unquote(parts.fragment)
    if place and there.suffix == ".html" and place not in read(there).anchors:
        return f"{url}: there is no such place on that page"
    return ""


@cache
def read(path: Path) -> Page:
    """A page, read once."""
    return Page(path.read_text("utf-8"))
