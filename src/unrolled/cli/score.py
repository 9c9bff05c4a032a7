"""`unrolled score`: how likely texts are, token by token and beside each other.

-21.28  I 3.10  love 4.21 ...      log-probability of the line, surprisal of each token
--rank                             the likeliest line first
--shuffles 5                       each line beside other orders of its words
--pairs GOOD,BAD                   a table of minimal pairs

Everything is in nats.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.lines import groups_of
from unrolled.cli.options import Assignments, Json, SkipBadRows, assigned
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.training.model import Model


def score(  # noqa: PLR0913 (a command's options are its parameters)
    model: Annotated[Path, typer.Argument(help="A model that weighs texts.")],
    file: Annotated[
        Path, typer.Argument(help="A file of texts, a line each; - is standard input.")
    ] = Path("-"),
    rank: Annotated[
        bool, typer.Option("--rank", help="Sort the lines, the likeliest first.")
    ] = False,
    shuffles: Annotated[
        int, typer.Option(min=0, help="Compare each line with so many shuffles of it.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="The seed of the shuffles.")] = 0,
    pairs: Annotated[
        str,
        typer.Option(
            metavar="GOOD,BAD", help="Columns of minimal pairs: FILE is a table."
        ),
    ] = "",
    by: Annotated[str, typer.Option(help="Column that groups the pairs.")] = "",
    set_: Assignments = None,
    skip_bad_rows: SkipBadRows = False,
    json: Json = False,
) -> None:
    """Say how likely each line is, in nats, and how surprising each token of it.

    The end of a line is a token, too. --rank is for orders of the same words: of other
    texts the shorter one is mostly the likelier.
    """
    if rank + bool(shuffles) + bool(pairs) > 1:
        raise typer.BadParameter("--rank, --shuffles and --pairs exclude each other")
    columns = _columns(pairs, file) if pairs else None
    if by and not columns:
        raise typer.BadParameter("only pairs have groups", param_hint="--by")
    given = assigned(set_, skip_bad_rows=skip_bad_rows)
    if given and not columns:
        raise typer.BadParameter("--set and --skip-bad-rows are for a table of --pairs")
    from unrolled.training.model import load

    asked = load(model)
    asked.surprisal([])  # refuses at once a model that weighs nothing
    if columns:
        from unrolled.training.minimal_pairs import read_pairs, score_pairs

        table = read_pairs(file, good=columns[0], bad=columns[1], by=by, given=given)
        (as_json if json else _show_pairs)(score_pairs(asked, table))
    elif shuffles:
        _beside_shuffles(asked, file, shuffles, seed, json)
    elif rank:
        _ranked(asked, file, json)
    else:
        for answer in _weighed(asked, file):
            (as_json if json else _show)(answer)


def _columns(pairs: str, file: Path) -> tuple[str, str]:
    good, _, bad = (name.strip() for name in pairs.partition(","))
    if not good or not bad or good == bad:
        raise typer.BadParameter(
            f'"{pairs}" does not name two columns', param_hint="--pairs"
        )
    if str(file) == "-":
        raise typer.BadParameter("pairs are read from a table: name a file")
    return good, bad


def _weighed(asked: "Model", file: Path) -> Iterator[dict[str, Any]]:
    for texts, _ in groups_of(file):
        yield from asked.surprisal(texts)


def _show(answer: dict[str, Any]) -> None:
    tokens = zip(answer["tokens"], answer["surprisal"], strict=True)
    shown = "  ".join(f"{_visible(token)} {nats:.2f}" for token, nats in tokens)
    tell(f"{answer['log_probability']:.2f}  {shown}")


def _visible(token: str) -> str:
    return {" ": "␣", "\t": "\\t"}.get(token, token)


def _ranked(asked: "Model", file: Path, json: bool) -> None:
    answers = sorted(_weighed(asked, file), key=lambda one: -one["log_probability"])
    for place, answer in enumerate(answers, 1):
        if json:
            as_json({"rank": place, **answer})
        else:
            tell(f"{place}  {answer['log_probability']:.2f}  {answer['text']}")


def _beside_shuffles(
    asked: "Model", file: Path, count: int, seed: int, json: bool
) -> None:
    from unrolled.training.word_order import beside_shuffles, share_above

    rows: list[dict[str, Any]] = []
    for texts, _ in groups_of(file):
        for row in beside_shuffles(asked, texts, count, seed=seed):
            (as_json if json else _show_order)(row)
            rows.append(row)
    found = share_above(rows)
    if json:
        as_json(found)
    elif found["sentences"]:
        tell(
            f"\n{found['word_order']:.3f} of {found['sentences']:,} above all shuffles"
        )


def _show_order(row: dict[str, Any]) -> None:
    word = {True: "above", False: "below", None: "alone"}[row["above_all"]]
    best = max(row["shuffles"], key=lambda one: one["log_probability"], default=None)
    beside = f"  |  {best['log_probability']:.2f}  {best['text']}" if best else ""
    tell(f"{word}  {row['log_probability']:.2f}  {row['text']}{beside}")


def _show_pairs(found: dict[str, Any]) -> None:
    metrics = found["metrics"]
    groups = metrics.get("groups", {})
    whole = {"all pairs": {**metrics, "examples": found["examples"]}}
    wide = max(len(name) for name in (*groups, *whole))
    for name, one in {**groups, **whole}.items():
        tell(f"{name:<{wide}}  {one['accuracy']:.3f}  of {one['examples']:,}")
    if metrics["ties"]:
        say(f"{metrics['ties']:,} of them come out equal, and count as lost.")
    for problem in found.get("bad_rows", []):
        say(f"left out: {problem}")
