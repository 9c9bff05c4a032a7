"""One version, said in three places that agree."""

import re
import tomllib
from importlib.metadata import version

import unrolled
from tests.rules.source import ROOT

HEADING = re.compile(r"^## \[(\d[^\]]*)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_version_is_the_newest_in_the_changelog():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    newest = HEADING.search((ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert newest
    assert (
        project["version"] == unrolled.__version__ == newest[1] == version("unrolled")
    )


def test_the_changelog_uses_the_six_kinds_of_change():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= KINDS
