"""Builds the whole documentation into build/site: run `make docs`.

    docs/lessons/    run from top to bottom (lessons.py), as pages and as notebooks
    docs/ the rest   how-to, reference, decisions, benchmarks: as they stand
    docs/site/       what the website alone needs: its colors and its scripts

MkDocs with the theme Material makes pages of it. Then every link, anchor and picture is
tested, and that nothing on any page is loaded from elsewhere (links.py; browse.py in a
browser, if there is one): what is built can be read from a disk, without a network.
`--keep` does not run the lessons again.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from scripts import browse, lessons, links

from unrolled.drawing.style import DARK, LIGHT, Scheme

ROOT = Path(__file__).parents[1]
DOCS, BUILD = ROOT / "docs", ROOT / "build"
FEATURES = [
    "content.code.copy",
    "navigation.footer",
    "navigation.indexes",
    "navigation.tabs",
    "navigation.top",
    "search.highlight",
    "toc.follow",
]
PAGES, SITE, RUN = BUILD / "pages", BUILD / "site", BUILD / "lessons"
OUTSIDE = re.compile(r"\]\((?:\.\./)+(native/[\w/.-]+)\)")
HERE = re.compile(r"\]\(([\w./-]+\.md)")


def main() -> int:
    """Builds and tests; gives the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="lessons as they ran last")
    keep = parser.parse_args().keep
    if not (keep and RUN.is_dir()):
        _run_lessons()
    _lay_out()
    settings = BUILD / "mkdocs.json"  # JSON is YAML as well
    settings.write_text(json.dumps(configuration(), indent=1), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    command += ["--config-file", str(settings)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    made = subprocess.run(
        command, env=quiet, stderr=subprocess.PIPE, text=True, check=False
    )
    if made.returncode:
        sys.stdout.write(made.stderr)
        return made.returncode
    wrong = links.faults(SITE)
    opened = browse.faults(SITE, "lessons", "forget gate")
    wrong += opened or []
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    count = len(list(SITE.rglob("*.html")))
    told = f"{len(wrong)} faults" if wrong else "every link and picture holds"
    if opened is None:
        told += "; not opened, for want of Chromium or playwright"
    sys.stdout.write(f"{count} pages in {SITE}: {told}\n")
    return bool(wrong)


# -- lessons ---------------------------------------------------------------------------


def _run_lessons() -> None:
    """Each in a process of its own, two at a time."""
    shutil.rmtree(RUN, ignore_errors=True)
    RUN.mkdir(parents=True)
    with ProcessPoolExecutor(
        2, mp_context=get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        for name, seconds in pool.map(_run_lesson, lessons.names()):
            sys.stdout.write(f"{name}: {seconds:.0f} s\n")
            sys.stdout.flush()


def _run_lesson(name: str) -> tuple[str, float]:
    started = time.monotonic()
    cells = lessons.run(name)
    if lost := lessons.unproven(cells):
        raise SystemExit(f"{name}: nothing on the page shows {', '.join(lost)}")
    (RUN / f"{name}.md").write_text(lessons.page(name, cells), encoding="utf-8")
    (RUN / f"{name}.ipynb").write_text(lessons.notebook(cells), encoding="utf-8")
    return name, time.monotonic() - started


# -- pages -----------------------------------------------------------------------------


def _lay_out() -> None:
    """build/pages: docs/, the lessons as they ran, and what docs/ points to outside."""
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.copytree(DOCS, PAGES)
    shutil.copytree(RUN, PAGES / "lessons", dirs_exist_ok=True)
    for path in PAGES.rglob("*.md"):
        text = path.read_text("utf-8")
        for outside in OUTSIDE.findall(text):
            copy = PAGES / outside
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((ROOT / outside).read_bytes())
        up = "../" * (len(path.relative_to(PAGES).parts) - 1)
        path.write_text(OUTSIDE.sub(rf"]({up}\1)", text), encoding="utf-8")
    style = _colors("[data-md-color-scheme]", LIGHT)
    style += _colors("[data-md-color-scheme=slate]", DARK)
    (PAGES / "site" / "colors.css").write_text(style, encoding="utf-8")


def _colors(selector: str, scheme: Scheme) -> str:
    """A rule of CSS with the colors of the pictures."""
    each = " ".join(f"--{name}: {value};" for name, value in scheme._asdict().items())
    return f"{selector} {{ {each} }}\n"


def configuration() -> dict[str, Any]:
    """What MkDocs is told."""
    theme = {
        "name": "material",
        "font": False,
        "features": FEATURES,
        "icon": {"logo": "material/autorenew"},
        "palette": list(_palette()),
    }
    extensions = [
        "admonition",
        "attr_list",
        "md_in_html",
        "tables",
        {"toc": {"permalink": True}},
        {"pymdownx.highlight": {"use_pygments": True, "pygments_lang_class": True}},
        "pymdownx.superfences",
        "pymdownx.inlinehilite",
    ]
    strict = {"not_found": "warn", "anchors": "warn", "absolute_links": "warn"}
    return {
        "site_name": "unrolled",
        "site_description": "Recurrent networks you can train, see through, and ship.",
        "docs_dir": str(PAGES),
        "site_dir": str(SITE),
        "use_directory_urls": False,
        "theme": theme,
        "plugins": ["search", "offline"],
        "extra": {
            "generator": False,
            "polyfills": ["site/iframe-worker.js"],
        },
        "extra_javascript": ["site/landmarks.js"],
        "extra_css": ["site/colors.css", "site/style.css"],
        "markdown_extensions": extensions,
        "validation": {"links": strict | {"unrecognized_links": "warn"}},
        "nav": _navigation(),
    }


def _palette() -> Iterator[dict[str, Any]]:
    icon = "material/brightness-{}"
    for media, scheme, number, other in (
        ("(prefers-color-scheme)", None, "auto", "light"),
        ("(prefers-color-scheme: light)", "default", "7", "dark"),
        ("(prefers-color-scheme: dark)", "slate", "4", "system's"),
    ):
        toggle = {"icon": icon.format(number), "name": f"Use the {other} colors"}
        colors = {"primary": "custom", "accent": "custom"}
        yield {"media": media, "toggle": toggle, **colors} | (
            {"scheme": scheme} if scheme else {}
        )


def _navigation() -> list[Any]:
    """The parts of docs/, their pages in the order in which their lists name them."""
    index = (DOCS / "index.md").read_text("utf-8")
    how_to = [one for one in HERE.findall(index) if one.startswith("how-to/")]
    how_to = [one for one in how_to if (DOCS / one).is_file()]
    whole: list[Any] = [{"Home": "index.md"}, {"Lessons": _part("lessons")}]
    whole += [{"How to": list(dict.fromkeys(how_to))}]
    whole += [{"Reference": _part("reference")}, {"Benchmarks": "benchmarks.md"}]
    return [*whole, {"Decisions": [*_part("decisions"), "native/README.md"]}]


def _part(folder: str) -> list[str]:
    listed = HERE.findall((DOCS / folder / "README.md").read_text("utf-8"))
    inside = [one for one in dict.fromkeys(listed) if "/" not in one]
    return [f"{folder}/{one}" for one in ["README.md", *inside]]


if __name__ == "__main__":
    sys.exit(main())
