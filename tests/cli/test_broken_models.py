"""Every damaged or foreign model folder is refused, and nothing in it is ever run.

The damages are done in `broken_models.py`; what is said stands in `broken_models.txt`.
"""

import io
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.cli import broken_models
from tests.cli.golden import messages

MESSAGES = messages(Path(__file__).parent / "broken_models.txt")
FILES = (
    *("README.md", "metrics.json", "model.safetensors", "targets.json", "task.json"),
    *("task.safetensors", "tokenizer.json", "vocabulary.json"),
)


@pytest.fixture
def model(here, trained) -> Path:
    """A copy of a good model, named "model" in the folder that the command runs in."""
    shutil.copytree(trained, "model")
    Path("texts.txt").write_text("He is great\n", encoding="utf-8")
    return Path("model")


@pytest.fixture
def nothing_unpickled(monkeypatch) -> None:
    """Makes every way to open a pickle blow up."""

    def explode(*_: object, **__: object) -> None:
        raise AssertionError("a pickle was opened")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, explode)
    monkeypatch.setattr(torch, "load", explode)


def test_every_damage_has_its_words():
    assert sorted(MESSAGES) == sorted(broken_models.CASES)


def test_every_file_of_a_model_is_among_those_that_are_damaged_here(model):
    assert sorted(FILES) == sorted(
        one.name
        for one in model.iterdir()
        if one.name not in ("config.json", "events.jsonl")
    )


def test_a_good_model_answers(model, command, nothing_unpickled):
    assert command("predict", model, "texts.txt").code == 0


@pytest.mark.parametrize("name", broken_models.CASES)
def test_a_damaged_model_is_refused_word_for_word(
    name, model, command, nothing_unpickled
):
    broken_models.CASES[name](model)
    found = command("predict", model, "texts.txt")
    assert found.err == MESSAGES[name] + "\n"
    assert found.code == 1
    assert found.out == ""


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_in_any_file_is_found(name, model, command, nothing_unpickled):
    content = bytearray((model / name).read_bytes())
    content[len(content) // 2] ^= 1
    (model / name).write_bytes(bytes(content))
    found = command("evaluate", model, "texts.txt")
    assert found.code == 1
    assert found.err == (
        f"model: {name} is not the file that was written: bytes differ.\n"
        "  expected: the folder as `unrolled train` wrote it\n"
        "  to fix:   copy the folder again from where it was made, or train again\n"
        "  code:     broken-model\n"
    )


@pytest.mark.parametrize("name", FILES)
def test_any_missing_file_is_found(name, model, command, nothing_unpickled):
    (model / name).unlink()
    found = command("predict", model, "texts.txt")
    assert found.code == 1
    assert found.err == (
        f"model: {name} is missing.\n"
        "  expected: the folder as `unrolled train` wrote it\n"
        "  to fix:   copy the folder again from where it was made, or train again\n"
        "  code:     broken-model\n"
    )


def test_every_byte_of_config_json_counts(model):
    from unrolled.errors import BrokenModelError
    from unrolled.training.model import load

    path = model / "config.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 37):
        if whole[place : place + 1].isspace():  # between the values, it says nothing
            continue
        content = bytearray(whole)
        content[place] ^= 1
        path.write_bytes(bytes(content))
        with pytest.raises(BrokenModelError):
            load(model)


EVIL = """
import sys
opened = []
sys.addaudithook(
    lambda event, given: opened.append(given) if event == "pickle.find_class" else None
)
from unrolled.cli.app import main
try:
    main()
except SystemExit as end:
    code = end.code
print("OPENED", opened)
sys.exit(code)
"""


def test_python_itself_sees_no_pickle_opened(model, tmp_path):
    """The audit event `pickle.find_class` comes from any unpickler, in C as well."""
    mark = tmp_path / "it ran"

    class Evil:
        def __reduce__(self):
            return (Path.touch, (mark,))

    made = io.BytesIO()
    torch.save({"weight": Evil()}, made)
    for content in (made.getvalue(), pickle.dumps(Evil(), protocol=0)):
        (model / "model.safetensors").write_bytes(content)
        broken_models.reseal(model)
        ran = subprocess.run(
            [sys.executable, "-c", EVIL, "predict", "model", "texts.txt"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1
        assert ran.stdout == "OPENED []\n"
        assert not mark.exists()
