"""`unrolled embed`: asks word vectors, scores them, writes them, compares with them.

VECTORS is a file (word2vec, GloVe, fastText; text or binary) or a model of `embed`.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unrolled.cli.embed_compare import compare
from unrolled.cli.options import Json
from unrolled.cli.output import as_json, say, tell

if TYPE_CHECKING:
    from unrolled.text.similar_words import Neighbor, SimilarWords
    from unrolled.text.word_tests import Agreement, Solved
    from unrolled.text.word_vectors import WordVectors

embed = typer.Typer(
    help="Word vectors: like words, analogies, scores, files, and what they are worth.",
    no_args_is_help=True,
)
embed.command("compare")(compare)

Vectors = Annotated[
    Path, typer.Argument(help="A file of word vectors, or a model of `embed`.")
]
Count = Annotated[int, typer.Option(min=1, help="How many words to show.")]


@embed.command("nearest")
def nearest(
    vectors: Vectors,
    words: Annotated[list[str], typer.Argument(help="Words to look for.")],
    count: Count = 10,
    json: Json = False,
) -> None:
    """Show the words most like each word, with their cosines."""
    similar = _similar(vectors)
    for word in words:
        unknown = similar.unknown([word])
        found = [] if unknown else similar.nearest(word, count)
        _show(word, found, unknown, json)


@embed.command("analogy")
def analogy(
    vectors: Vectors,
    a: Annotated[str, typer.Argument(help="man")],
    b: Annotated[str, typer.Argument(help="king")],
    c: Annotated[str, typer.Argument(help="woman")],
    count: Count = 5,
    json: Json = False,
) -> None:
    """Show what is to C as B is to A: man king woman gives queen."""
    similar = _similar(vectors)
    unknown = similar.unknown([a, b, c])
    found = [] if unknown else similar.analogy(a, b, c, count)
    _show(f"{a} : {b} :: {c} : ?", found, unknown, json)


@embed.command("score")
def score(
    vectors: Vectors,
    pairs: Annotated[
        Path | None, typer.Option(help="Word pairs with marks, as WordSim-353.")
    ] = None,
    analogies: Annotated[
        Path | None, typer.Option(help="Analogies, as questions-words.txt.")
    ] = None,
    first: Annotated[
        int, typer.Option(min=0, help="Answers among so many words; 0: among all.")
    ] = 30_000,
    json: Json = False,
) -> None:
    """Score vectors by what people said of words, and say how much could be asked."""
    if pairs is None and analogies is None:
        raise typer.BadParameter("give --pairs, --analogies or both")
    started = time.monotonic()
    from unrolled.text.word_tests import agreement, read_analogies, read_pairs, solve

    asked = read_pairs(pairs) if pairs else []
    questions = read_analogies(analogies) if analogies else {}
    similar = _similar(vectors)
    agreed = agreement(similar, asked) if asked else None
    sections = solve(similar, questions, first=first)
    if not json:
        _show_scores(agreed, sections)
        return
    metrics = {"words": len(similar.words), **_metrics(agreed, sections)}
    as_json(
        {
            "task": "embed",
            "metrics": metrics,
            "baseline": {"one-hot": _nothing_known(metrics)},
            "examples": len(asked) + sum(map(len, questions.values())),
            "seconds": round(time.monotonic() - started, 3),
        }
    )


def _metrics(
    agreed: "Agreement | None", sections: "dict[str, Solved]"
) -> dict[str, Any]:
    from unrolled.text.word_tests import total

    found: dict[str, Any] = {}
    if agreed:
        found |= {"spearman": agreed.spearman, "pairs": agreed.asked}
        found["pairs_answered"] = agreed.answered
    if sections:
        whole = total(sections)
        found |= {"analogy_accuracy": whole.accuracy, "analogies": whole.asked}
        found["analogies_answered"] = whole.answered
        found["sections"] = {
            name: {"accuracy": one.accuracy, **one._asdict()}
            for name, one in sections.items()
        }
    return found


def _nothing_known(metrics: dict[str, Any]) -> dict[str, float]:
    """What one-hot codes reach, for which all words are equally unlike."""
    return {name: 0.0 for name, value in metrics.items() if isinstance(value, float)}


def _show_scores(agreed: "Agreement | None", sections: "dict[str, Solved]") -> None:
    from unrolled.text.word_tests import total

    if agreed:
        tell(f"Spearman {agreed.spearman:.3f}; {_answered(agreed)} pairs have vectors")
    whole = {"all analogies": total(sections)} if sections else {}
    for name, one in {**sections, **whole}.items():
        tell(f"{name:<30}{one.accuracy:7.3f}; {_answered(one)} have vectors")


def _answered(found: "Agreement | Solved") -> str:
    return f"{found.answered:,} of {found.asked:,}"


@embed.command("export")
def export(
    vectors: Vectors,
    out: Annotated[
        Path, typer.Option(help="The file: .bin is binary, .txt and .vec are text.")
    ],
    json: Json = False,
) -> None:
    """Write vectors to a file that other programs read, as does --vectors."""
    from unrolled.text.vectors_files import write_binary, write_text

    writers = {".bin": write_binary, ".txt": write_text, ".vec": write_text}
    if out.suffix not in writers:
        raise typer.BadParameter(
            f"{out} ends in none of {', '.join(writers)}", param_hint="--out"
        )
    found = _read(vectors)
    writers[out.suffix](out, found.words, found.values)
    words, dim = found.values.shape
    if json:
        as_json({"file": str(out), "words": words, "dim": dim})
    say(f"{words:,} words with {dim} numbers each are in {out}.")


def _read(path: Path) -> "WordVectors":
    """All vectors of a file or of a model. Raises FixableError."""
    from unrolled.text.vectors_files import read_vectors

    if not path.is_dir():
        return read_vectors(path)
    from unrolled.errors import SettingError
    from unrolled.models.word_table import vectors_of
    from unrolled.text.word_vectors import WordVectors
    from unrolled.training.model import load

    model = load(path)
    if model.name != "embed":
        raise SettingError(
            found=f"{path} is a model of {model.name}.",
            expected="a model of embed, or a file of word vectors",
            fix="train one: unrolled train embed TEXTS --out FOLDER",
        )
    task: Any = model.task
    return WordVectors(task.vocabulary.tokens[1:], vectors_of(model.network)[1:])


def _similar(path: Path) -> "SimilarWords":
    from unrolled.text.similar_words import SimilarWords

    found = _read(path)
    return SimilarWords(found.words, found.values)


def _show(asked: str, found: "list[Neighbor]", unknown: list[str], json: bool) -> None:
    """One answer, in the words of `unrolled predict`."""
    if json:
        words, cosines = [n.word for n in found], [n.cosine for n in found]
        answer = {"input": asked, "prediction": words, "cosines": cosines}
        as_json(answer | ({"unknown": unknown} if unknown else {}))
        return
    said = f"no vector: {', '.join(unknown)}" if unknown else ""
    tell(f"{asked}  {said or ', '.join(f'{n.word} {n.cosine:.2f}' for n in found)}")
