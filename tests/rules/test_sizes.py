"""One idea a file, one thought a function: the sizes that keep them readable."""

from collections.abc import Iterator
from statistics import median

from tests.rules.source import ROOT, Function, Module, modules

MOST_LINES = 300
MEDIAN_LINES = 120
MOST_FUNCTION_LINES = 50
MOST_ARGUMENTS = 7
LARGEST_FIXTURE = 50_000

# A signature that is not ours to choose may be longer, with ruff's mark on its line.
NOT_OURS_TO_CHOOSE = {
    "cli": "the options of a command are its parameters",
    "nn": "torch's own signatures",
    "sklearn": "the settings of an estimator are its parameters",
}


def test_a_file_fits_in_one_reading():
    long = {m.place: len(m.text.splitlines()) for m in modules()}
    assert not {place: n for place, n in long.items() if n > MOST_LINES}


def test_the_median_file_is_short():
    sizes = [len(module.text.splitlines()) for module in modules()]
    assert median(sizes) <= MEDIAN_LINES


def test_a_function_fits_on_one_screen():
    long = [
        f"{module.place}: {function.name} has {lines} lines"
        for module, function in _functions_of_our_choice()
        for lines in [(function.end_lineno or 0) - function.lineno + 1]
        if lines > MOST_FUNCTION_LINES
    ]
    assert not long, "\n".join(long)


def test_a_function_takes_at_most_seven_arguments():
    greedy = [
        f"{module.place}: {function.name} takes {count}"
        for module, function in _functions_of_our_choice()
        for count in [_arguments(function)]
        if count > MOST_ARGUMENTS
    ]
    assert not greedy, "\n".join(greedy)


def test_no_fixture_is_large():
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes"
        for folder in ("tests", "examples", "benchmarks", "docs", "src")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if path.parent != ROOT / "docs" / "reference"  # is made from the code
        if path.stat().st_size > LARGEST_FIXTURE
    ]
    assert not large, "\n".join(large)


def _functions_of_our_choice() -> Iterator[tuple[Module, Function]]:
    for module in modules():
        lines = module.text.splitlines()
        for function in module.functions():
            marked = "noqa: PLR0913" in lines[function.lineno - 1]
            if not (marked and module.part in NOT_OURS_TO_CHOOSE):
                yield module, function


def _arguments(function: Function) -> int:
    given = function.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])
