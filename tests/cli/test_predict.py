"""`unrolled predict`: one line in, one answer out, at once, for any number."""

import json
import select
import subprocess
import sys
from pathlib import Path

import pytest

from unrolled.cli.lines import AT_ONCE
from unrolled.training.front import train


@pytest.fixture(scope="session")
def of_series(tmp_path_factory) -> Path:
    """A small model of series with two numbers at each moment."""
    folder = tmp_path_factory.mktemp("series")
    lines = [
        {"series": [[n % 2, 0.5]] * (2 + n % 3), "label": ["a", "b"][n % 2]}
        for n in range(20)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / "data.jsonl").write_text(text, encoding="utf-8")
    train("classify", folder / "data.jsonl", out=folder / "m", epochs=1, hidden=2)
    return folder / "m"


@pytest.fixture(scope="session")
def of_numbers(tmp_path_factory) -> Path:
    """A small model of series with one number at each moment, read from CSV."""
    folder = tmp_path_factory.mktemp("numbers")
    lines = [f"{n % 2} 0.5 {n},{'ab'[n % 2]}" for n in range(20)]
    text = "\n".join(["series,label", *lines])
    (folder / "data.csv").write_text(text, encoding="utf-8")
    train("classify", folder / "data.csv", out=folder / "m", epochs=1, hidden=2)
    return folder / "m"


def texts(content: str | bytes) -> str:
    data = content.encode() if isinstance(content, str) else content
    Path("texts.txt").write_bytes(data)
    return "texts.txt"


def test_each_line_has_its_answer_empty_ones_and_the_last_without_end_too(
    here, trained, command
):
    file = texts("He is great\n\n   \nbad\r\n\nlast line")
    found = command("predict", trained, file, "--json")
    assert found.code == 0
    assert found.err == ""
    answers = [json.loads(line) for line in found.out.splitlines()]
    inputs = [answer["input"] for answer in answers]
    assert inputs == ["He is great", "", "   ", "bad", "", "last line"]
    for answer in answers:
        assert list(answer) == ["input", "prediction", "probabilities"]
        shares = answer["probabilities"]
        assert list(shares) == ["negative", "positive"]
        assert sum(shares.values()) == pytest.approx(1)
        assert answer["prediction"] == max(shares, key=shares.get)


def test_without_json_a_line_is_the_answer_and_its_probability(here, trained, command):
    file = texts("He is great\n\nbad")
    lines = command("predict", trained, file).out.splitlines()
    answers = command("predict", trained, file, "--json").out.splitlines()
    for line, answer in zip(lines, map(json.loads, answers), strict=True):
        name = answer["prediction"]
        assert line == f"{name}\t{answer['probabilities'][name]:.3f}"


def test_an_answer_does_not_depend_on_the_lines_around_it(here, trained, command):
    lines = [f"he is {'very ' * (n % 9)}great {n}" for n in range(AT_ONCE + 40)]
    together = command("predict", trained, texts("\n".join(lines)), "--json").out
    answers = together.splitlines()
    assert len(answers) == len(lines)
    for n in (0, 7, AT_ONCE - 1, AT_ONCE, AT_ONCE + 39):
        alone = json.loads(command("predict", trained, texts(lines[n]), "--json").out)
        among = json.loads(answers[n])
        assert alone["input"] == among["input"]
        # torch's products round otherwise for other numbers of rows, in the last bit.
        wanted = pytest.approx(among["probabilities"], abs=1e-6)
        assert alone["probabilities"] == wanted


def test_an_empty_file_has_no_answers(here, trained, command):
    found = command("predict", trained, texts(""))
    assert (found.code, found.out, found.err) == (0, "", "")


def test_a_byte_order_mark_is_no_part_of_the_first_text(here, trained, command):
    found = command("predict", trained, texts(b"\xef\xbb\xbfgreat\n"), "--json")
    assert json.loads(found.out)["input"] == "great"


def test_a_table_is_read_line_by_line_and_that_is_said(here, trained, command):
    Path("data.csv").write_text("text,label\na,b\n", encoding="utf-8")
    found = command("predict", trained, "data.csv")
    assert len(found.out.splitlines()) == 2
    assert found.err == (
        "data.csv is read as plain text: each of its lines is one input.\n"
    )


def test_a_wrong_line_is_named_and_what_came_before_is_answered(here, trained, command):
    good = b"he is great\n" * (AT_ONCE + 2)
    found = command("predict", trained, texts(good + b"caf\xe9\n"))
    assert found.code == 1
    assert found.err.startswith(
        f"texts.txt, line {AT_ONCE + 3}, column 4: byte 0xe9 is not UTF-8 text.\n"
    )
    assert len(found.out.splitlines()) == AT_ONCE


def test_series_are_lists(here, of_series, command):
    file = texts("[[1, 0.5], [0, 0.5]]\n[[1, 2]]\n[]\n")
    found = command("predict", of_series, file, "--json")
    assert found.code == 0, found.err
    answers = [json.loads(line) for line in found.out.splitlines()]
    assert len(answers) == 3
    assert all(answer["prediction"] in ("a", "b") for answer in answers)


def test_series_of_single_numbers_are_lists_or_numbers_between_blanks(
    here, of_numbers, command
):
    file = texts("[1, 0.5, 3]\n1 0.5 3\n1\n")
    found = command("predict", of_numbers, file, "--json")
    assert found.code == 0, found.err
    first, second, _ = (json.loads(line) for line in found.out.splitlines())
    assert first["probabilities"] == second["probabilities"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", " is empty, where a series of numbers should be."),
        ("[[1, 2, 3]]", ": a series of 3 numbers at each moment."),
        ("[[1, 2], [3]]", " holds vectors of unequal size"),
        ("[[1, Infinity]]", ' holds "inf", which is no finite number.'),
        ("one two", ' holds "one", which is no number.'),
        ("[1, 2", ' holds "[1, 2", no list of numbers.'),
    ],
)
def test_a_wrong_series_is_named_by_its_line(here, of_series, command, line, problem):
    found = command("predict", of_series, texts(f"[[1, 2]]\n{line}\n[[3, 4]]\n"))
    assert found.code == 1
    assert found.err.startswith(f"texts.txt, line 2{problem}")
    assert "Traceback" not in found.err


def test_lines_are_counted_on_from_group_to_group(here, of_numbers, command):
    found = command("predict", of_numbers, texts("1 2\n" * (AT_ONCE + 4) + "x\n"))
    assert found.err.startswith(f"texts.txt, line {AT_ONCE + 5} holds")


def unrolled(*words: str | Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "unrolled", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def answer_within(process: subprocess.Popen, seconds: float) -> bytes:
    """The next line of its standard output, while its input is still open."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    assert ready, "no answer came while the input was open"
    return process.stdout.readline()


def test_a_line_in_a_pipe_is_answered_before_the_next_one_comes(trained):
    with unrolled("predict", trained, "-", "--json") as process:
        assert process.stdin
        for text in ("He is great", "", "She is bad"):
            process.stdin.write(text.encode() + b"\n")
            process.stdin.flush()
            assert json.loads(answer_within(process, 60))["input"] == text
        process.stdin.write(b"no end")
        process.stdin.close()
        assert json.loads(answer_within(process, 60))["input"] == "no end"
        assert process.wait(60) == 0


def test_a_reader_who_leaves_early_is_no_error(trained):
    with unrolled("predict", trained) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"He is great\n")
        process.stdin.flush()
        assert answer_within(process, 60).endswith(b"\n")
        process.stdout.close()
        process.stdin.write(b"He is great\n" * 2000)
        process.stdin.close()
        assert process.wait(60) == 0
        assert process.stderr
        assert process.stderr.read() == b""


def test_a_folder_of_sounds_is_each_of_them_in_order(here, of_numbers):
    from unrolled.cli.asked import asked_of
    from unrolled.training.model import load

    model = load(of_numbers)
    for name in ("b.wav", "a.FLAC", "notes.txt"):
        (here / "sounds").mkdir(exist_ok=True)
        (here / "sounds" / name).touch()
    [(inputs, places)] = asked_of(Path("sounds"), model)
    assert inputs == places == ["sounds/a.FLAC", "sounds/b.wav"]
    assert list(asked_of(Path("sounds/b.wav"), model)) == [
        (["sounds/b.wav"], ["sounds/b.wav"])
    ]
