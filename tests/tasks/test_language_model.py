"""The language model: what it learns, carries, keeps and tells."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import unrolled
from unrolled.errors import (
    BrokenModelError,
    InterruptedTrainingError,
    SettingError,
    UnreadableDataError,
)
from unrolled.models import model_folder
from unrolled.randomness import computing_on, drawing_from
from unrolled.settings import Value, make
from unrolled.tasks._base import Example
from unrolled.tasks._pieces import mean_loss, measure_all
from unrolled.tasks._streams import Chunk, Streams
from unrolled.tasks.language_model import LanguageModel
from unrolled.training import checkpoint
from unrolled.training.loop import Data, Loop
from unrolled.training.model import Model
from unrolled.training.report import Report
from unrolled.training.sections import sections_of

SMALL: dict[str, Value] = {
    "text.tokens": "character",
    "model.embedding": 8,
    "model.hidden": 16,
    "model.dropout": 0.0,
    "model.input_dropout": 0.0,
    "task.window": 6,
    "task.order": 3,
    "training.batch_rows": 4,
    "training.learning_rate": 0.02,
    "training.epochs": 8,
    "training.threads": 1,
    "data.valid_share": 0.0,
}
LINES = ["the cat sat on the mat.", "the dog saw the cat.", "a dog and a cat sat."] * 6


def rows(lines: list[str]) -> list[Example]:
    return [Example(line, None, f"line {n}") for n, line in enumerate(lines, 1)]


def fitted(lines: list[str] = LINES, **given: Value) -> LanguageModel:
    """A task that has seen the lines; `given` are settings, as section__key."""
    changes = {key.replace("__", "."): value for key, value in given.items()}
    settings = make(sections_of(LanguageModel), SMALL | changes)
    return LanguageModel.fit(rows(lines), settings, {"input": "text"})


def built(task: LanguageModel, seed: int = 0) -> Any:
    with drawing_from(seed, "weights"):
        return task.build()


def trained(
    folder: Path, lines: list[str] = LINES, *, out: Path | None = None, **given: Value
) -> Model:
    changes = {key.replace("__", "."): value for key, value in given.items()}
    file = folder / "text.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return unrolled.train("language-model", file, out=out, settings=SMALL | changes)


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Path]:
    """A small model of characters and its folder; do not change either."""
    folder = tmp_path_factory.mktemp("letters")
    return trained(folder, out=folder / "model"), folder / "model"


# -- learning ------------------------------------------------------------------------


def test_it_learns_a_text(letters):
    """16 characters stand to choose from at first, and hardly more than one at last."""
    model, _ = letters
    task: Any = model.task
    before = measure_all(task, built(task), task.encode_to_score(rows(LINES)))
    start = task.score(before, rows(LINES))
    found = model.metrics["metrics"]
    assert start["perplexity"] > 10
    assert found["perplexity"] < 3
    assert found["perplexity"] == pytest.approx(math.exp(found["nats_per_token"]))
    assert found["tokens"] == sum(len(line) + 1 for line in LINES)
    bits = found["nats_per_token"] / math.log(2)
    assert found["bits_per_character"] == pytest.approx(bits)
    assert found["accuracy"] < found["accuracy_at_3"] < found["accuracy_at_5"] <= 1
    (baseline,) = model.metrics["baseline"].values()
    assert list(model.metrics["baseline"]) == ["Kneser-Ney 3-gram"]
    assert baseline["tokens"] == found["tokens"]
    assert "word_order" in found
    assert "word_order" in baseline


@pytest.mark.parametrize("unit", ["word", "character", "byte", "subword"])
@pytest.mark.parametrize("how", ["joined", "apart"])
def test_every_unit_is_learned_joined_and_apart(unit, how, tmp_path):
    given = {"text__tokens": unit, "task__rows": how, "text__vocabulary": 40}
    model = trained(tmp_path, **given, training__epochs=12, training__batch_rows=3)
    found = model.metrics["metrics"]
    tokens = len(model.task.symbols)
    assert found["nats_per_token"] < 0.75 * math.log(tokens)
    assert model.task.symbols.unit == unit
    told = {"joined": "rows: one running text", "apart": "rows: texts of their own"}
    assert told[how] in model.notes
    (answer,) = model.predict(["the cat"])
    assert len(answer["probabilities"]) == 5
    assert answer["prediction"] in answer["probabilities"]
    (written,) = model.generate(start="the ", decoding={"longest": 12})
    assert written["text"].startswith("the")
    (weighed,) = model.surprisal(["the cat sat."])
    assert sum(weighed["surprisal"]) == pytest.approx(-weighed["log_probability"])


@pytest.mark.parametrize("softmax", ["full", "adaptive"])
def test_each_kind_of_network_learns(softmax, tmp_path):
    found = trained(
        tmp_path,
        model__softmax=softmax,
        model__layers=2,
        model__embedding=0,
        model__dropout=0.1,
        model__word_dropout=0.05,
        model__weight_dropout=0.1,
        model__activation_penalty=0.01,
        model__slowness_penalty=0.01,
        training__epochs=12,
    ).metrics["metrics"]
    assert found["perplexity"] < 6


def test_a_row_apart_begins_and_ends_by_itself():
    task = fitted(task__rows="apart")
    batch = task.encode_to_learn(rows(LINES[:2]))
    assert task.order(batch, seed=0, epoch=0) is None
    end = task.symbols.end
    for line, read, asked in zip(
        LINES, batch.inputs.to_list(), batch.targets.to_list(), strict=False
    ):
        assert read.tolist() == [end, *task.symbols.ids(line)]
        assert asked.tolist() == [*task.symbols.ids(line), end]
    network = built(task).eval()
    loss = task.loss(network, batch)
    nats = torch.stack([row.sum() for row in network(*_pair(batch)).nats.to_list()])
    torch.testing.assert_close(loss, nats / task.length)
    assert task.length == pytest.approx(sum(len(x) + 1 for x in LINES) / len(LINES))
    assert task.memory == {}


def _pair(batch: Any) -> tuple[Any, Any]:
    return batch.inputs, batch.targets


# -- what is carried on --------------------------------------------------------------


@pytest.mark.parametrize("cell", ["elman", "lstm", "gru"])
def test_each_chunk_goes_on_from_the_state_of_the_chunk_before(cell):
    """All chunks of an epoch are one pass over each stream from where it began."""
    task = fitted(model__cell=cell, model__layers=2)
    network = built(task).double().eval()
    train: Any = task.encode_to_learn(rows(LINES))
    assert isinstance(train, Streams)
    for epoch in range(2):  # the second begins from nothing again
        order = task.order(train, seed=0, epoch=epoch)
        assert order is not None
        assert len(order) > 10
        found = []
        for numbers in order:
            chunk = train.gather(numbers)
            told = task.loss(network, chunk) * chunk.inputs.lengths
            found.append(told)
        begin = order[0][0] // len(train)
        whole = network(
            _from(train.inputs, begin), _from(train.targets, begin)
        ).nats.to_list()
        expected = torch.stack([row.sum() for row in whole])
        torch.testing.assert_close(torch.stack(found).sum(0), expected)
        assert sorted(task.memory) == (["0", "1"] if cell == "lstm" else ["0"])
        assert not any(state.requires_grad for state in task.memory.values())


def _from(streams: Any, begin: int) -> Any:
    kept = [row[begin:] for row in streams.to_list()]
    lengths = torch.tensor([len(row) for row in kept])
    return type(streams)(torch.cat(kept), lengths)


@pytest.mark.parametrize("carries", [True, False])
def test_what_stands_further_back_than_the_window_is_learned(
    carries, tmp_path, monkeypatch
):
    """The text is a..Ab..B: with a window of 2 no chunk holds both letters of a pair.

    So only the state that is carried on can tell which capital comes.
    """
    plain = LanguageModel.loss

    def forget(task: Any, network: nn.Module, batch: Any) -> Tensor:
        task.memory.clear()
        return plain(task, network, batch)

    if not carries:
        monkeypatch.setattr(LanguageModel, "loss", forget)
    model = trained(
        tmp_path,
        [_pairs(count=300, seed=0), "ab"],
        model__cell="gru",
        model__embedding=0,
        model__hidden=32,
        training__learning_rate=0.01,
        task__window=2,
        task__sentences=0,
        training__batch_rows=8,
    )
    (found,) = model.surprisal([_pairs(count=50, seed=1)])
    capitals = found["surprisal"][3::4][:50]
    share = sum(capitals) / 50 / math.log(2)
    assert share < 0.2 if carries else share > 0.8


def _pairs(count: int, seed: int) -> str:
    return "".join(f"{x}..{x.upper()}" for x in _by_chance("ab", count, seed))


def _by_chance(letters: str, count: int, seed: int = 0) -> list[str]:
    drawn = torch.randint(
        len(letters), (count,), generator=torch.Generator().manual_seed(seed)
    )
    return [letters[k] for k in drawn.tolist()]


def test_validation_neither_reads_nor_leaves_a_carried_state():
    task = fitted()
    network, train = built(task), task.encode_to_learn(rows(LINES))
    order = task.order(train, seed=0, epoch=0)
    assert order is not None
    task.loss(network, train.gather(order[0]))
    before = {name: state.clone() for name, state in task.memory.items()}
    valid = task.encode_to_score(rows(LINES[:2]))
    assert not isinstance(valid, Chunk)
    one = mean_loss(task, network, valid)
    task.memory.clear()
    assert mean_loss(task, network, valid) == one
    assert task.memory == {}
    assert before


# -- stopped and gone on -------------------------------------------------------------


class Stopping:
    """A run of two epochs and some, that can be stopped after so many steps."""

    def __init__(self, folder: Path, stop: int = -1, **given: Value) -> None:
        self.task = fitted(
            model__dropout=0.3,
            model__word_dropout=0.1,
            model__weight_dropout=0.2,
            training__epochs=3,
            training__averaging=0.9,
            **given,
        )
        self.network = built(self.task)
        settings: Any = self.task.settings["training"]
        self.loop = Loop(
            self.task,
            self.network,
            settings,
            report=Report((), None),
            folder=folder,
            identity={"x": 1},
            wants_stop=lambda: self.loop.progress.step == stop,
        )
        train = self.task.encode_to_learn(rows(LINES))
        valid = rows(LINES[:3])
        self.data = Data(train, self.task.encode_to_score(valid), valid)

    def go(self) -> dict[str, Tensor]:
        self.loop.run(self.data)
        return self.network.state_dict()


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_run_that_was_stopped_goes_on_to_the_same_weights(cell, tmp_path):
    alone = Stopping(tmp_path / "alone", model__cell=cell)
    (tmp_path / "alone").mkdir()
    expected = alone.go()
    steps = alone.loop.progress.step
    assert steps > 40
    for stop in (1, 5, steps // 3, steps // 3 + 1, steps - 1):
        folder = tmp_path / str(stop)
        folder.mkdir()
        with pytest.raises(InterruptedTrainingError):
            Stopping(folder, stop, model__cell=cell).go()
        again = Stopping(folder, model__cell=cell)
        stopped = checkpoint.load(folder, {"x": 1})
        assert stopped is not None
        again.loop.resume(stopped)
        found = again.go()
        for name, weight in expected.items():
            assert torch.equal(found[name], weight), (stop, name)
    assert forgetful(folder.parent / "5", cell) != [
        weight.tolist() for weight in expected.values()
    ]


def forgetful(folder: Path, cell: str) -> list[Any]:
    """The weights of a run that goes on without its states: not the same."""
    with pytest.raises(InterruptedTrainingError):
        Stopping(folder, 5, model__cell=cell).go()
    again = Stopping(folder, model__cell=cell)
    stopped = checkpoint.load(folder, {"x": 1})
    assert stopped is not None
    again.loop.resume(stopped)
    again.task.memory.clear()
    return [weight.tolist() for weight in again.go().values()]


@pytest.mark.parametrize("softmax", ["full", "adaptive"])
@pytest.mark.parametrize("how", ["joined", "apart"])
def test_the_weights_are_the_same_on_any_number_of_threads(softmax, how):
    lines = [" ".join(_by_chance("abcdefghij", 30, seed=n)) + "." for n in range(70)]
    found = []
    for threads in (1, 2):
        task = fitted(
            lines,
            text__tokens="character",
            model__softmax=softmax,
            model__hidden=40,
            model__embedding=32,
            model__dropout=0.2,
            model__word_dropout=0.1,
            model__weight_dropout=0.2,
            model__activation_penalty=0.1,
            model__slowness_penalty=0.1,
            task__rows=how,
            task__window=64,
            training__batch_rows=16,
            training__epochs=1,
        )
        network, settings = built(task), task.settings["training"]
        loop = Loop(task, network, settings, report=Report((), None))
        with computing_on(threads):
            valid = rows(lines[:20])
            encoded = task.encode_to_score(valid)
            loop.run(Data(task.encode_to_learn(rows(lines)), encoded, valid))
            answers = measure_all(task, network, encoded)
        found.append((network.state_dict(), answers))
    for name, weight in found[0][0].items():
        assert torch.equal(found[1][0][name], weight), name
    assert found[0][1] == found[1][1]


# -- what it tells -------------------------------------------------------------------


SUBJECTS, VERBS = ("I", "we", "you", "they"), ("love", "like", "want", "hope")
PLACES = ("park", "beach", "gym", "shop", "lake")
ARTICLE = ("I love to go to the gym", "love I go to the gym to")


def test_the_articles_sentence_is_likelier_than_its_words_in_another_order(tmp_path):
    """Learned from sentences like it, none of which is the sentence itself."""
    lines = [
        f"{subject} {verb} to {go} to the {place}"
        for subject, verb, go, place in itertools.product(
            SUBJECTS, VERBS, ("go", "walk"), PLACES
        )
    ]
    lines = [line for line in lines if line != ARTICLE[0]][::3]
    assert not {*ARTICLE} & {*lines}
    given: dict[str, Value] = {
        "text__tokens": "word",
        "task__rows": "apart",
        "training__epochs": 20,
        "training__batch_rows": 8,
    }
    model = trained(tmp_path, lines, **given)
    right, wrong = model.surprisal(list(ARTICLE))
    assert right["tokens"] == [*ARTICLE[0].split(), "<end>"]
    assert "<unk>" not in wrong["tokens"]
    assert right["log_probability"] > wrong["log_probability"] + 5
    (answer,) = model.predict(["I love to go to the"])
    assert answer["prediction"] in PLACES


def test_an_answer_names_the_best_tokens_in_a_line(letters):
    model, _ = letters
    (answer,) = model.predict(["the ca"])
    assert answer["prediction"] == "t"
    chances = list(answer["probabilities"].values())
    assert chances == sorted(chances, reverse=True)
    assert model.task.text(answer).startswith("t 0.")
    assert len(model.task.text(answer).split(", ")) == 5


def test_texts_are_written_and_weighed_and_the_same_for_the_same_seed(letters):
    model, folder = letters
    wish: Any = {"start": "the c", "count": 3, "decoding": {"longest": 30}}
    found = model.generate(**wish, seed=3)
    assert [one["text"][:5] for one in found] == ["the c"] * 3
    assert all(len(one["text"]) == 30 for one in found)
    assert model.generate(**wish, seed=3) == found
    assert model.generate(**wish, seed=4) != found
    back = unrolled.load(folder)
    assert back.generate(**wish, seed=3) == found
    lines = ["the cat sat.", "tac eht tas.", ""]
    weighed = model.surprisal(lines)
    assert weighed[0]["log_probability"] > weighed[1]["log_probability"]
    assert back.surprisal(lines) == weighed
    assert json.loads(json.dumps(weighed)) == weighed
    assert [model.surprisal([line])[0] for line in lines] == weighed


def test_what_it_cannot_heed_is_refused(letters):
    model, _ = letters
    with pytest.raises(SettingError, match="depend on nothing"):
        model.generate(given="female")
    with pytest.raises(SettingError, match="keeps none of them"):
        model.generate(copies=False)
    with pytest.raises(SettingError, match='the character "Z"'):
        model.generate(start="Z")


def test_a_number_is_no_text():
    with pytest.raises(UnreadableDataError):
        LanguageModel.fit(
            [Example([1.0, 2.0], None, "line 1")],
            make(sections_of(LanguageModel), SMALL),
            {},
        )


def test_the_loss_is_the_mean_over_the_tokens_that_count():
    """A network that holds all tokens for equally likely: the log of their number."""
    task = fitted()
    network = built(task).eval()
    with torch.no_grad():
        for weight in network.parameters():
            nn.init.zeros_(weight)
    batch = task.encode_to_score(rows(LINES))
    expected = math.log(len(task.symbols))
    assert task.loss(network, batch).tolist() == pytest.approx([expected], rel=1e-5)
    found = task.score(measure_all(task, network, batch), rows(LINES))
    assert found["perplexity"] == pytest.approx(len(task.symbols), rel=1e-5)


# -- what is kept --------------------------------------------------------------------


def test_a_folder_brings_back_the_task_and_its_baseline(letters):
    model, folder = letters
    back = unrolled.load(folder)
    assert back.task.length == model.task.length
    assert back.task.settings == model.task.settings
    assert back.task.baselines(rows(LINES)) == model.metrics["baseline"]
    assert back.predict(["the c"]) == model.predict(["the c"])


def damaged(folder: Path, **changes: Any) -> None:
    """Writes the folder again with other parts, and digests that fit them."""
    found = model_folder.read(folder)
    values = {name: getattr(found, name) for name in found.__dataclass_fields__}
    model_folder.write(folder, model_folder.Contents(**(values | changes)))


@pytest.fixture
def copy(letters, tmp_path) -> Path:
    letters[0].save(tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    "value",
    [
        *(None, [], {}, 3, "x"),
        *({"length": found} for found in (None, "x", [1], 0, -1.0, True)),
    ],
    ids=str,
)
def test_a_damaged_length_is_told(copy, value):
    files = model_folder.read(copy).files | {"task.json": value}
    damaged(copy, files=files)
    with pytest.raises(BrokenModelError):
        unrolled.load(copy)


def test_a_length_beyond_all_numbers_is_a_length(copy):
    files = model_folder.read(copy).files | {"task.json": {"length": 10**400}}
    damaged(copy, files=files)
    assert math.isfinite(unrolled.load(copy).task.length)


@pytest.mark.parametrize("name", ["task.json", "vocabulary.json", "tokenizer.json"])
def test_a_missing_file_is_told(copy, name):
    files = {k: v for k, v in model_folder.read(copy).files.items() if k != name}
    damaged(copy, files=files)
    with pytest.raises(BrokenModelError):
        unrolled.load(copy)


def _without(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {k: v for k, v in tensors.items() if k != name}


BASELINES = {
    "a part is missing": lambda t: _without(t, "baseline.ngrams.2.last"),
    "the order is missing": lambda t: _without(t, "baseline.ngrams"),
    "numbers that are not whole": lambda t: (
        t | {"baseline.ngrams.1.counts": t["baseline.ngrams.1.counts"].float()}
    ),
    "cut short": lambda t: (
        t | {"baseline.ngrams.3.counts": t["baseline.ngrams.3.counts"][:-1]}
    ),
    "a wild last token": lambda t: (
        t | {"baseline.ngrams.2.last": t["baseline.ngrams.2.last"] + 100}
    ),
    "of a smaller vocabulary": lambda _: _other_baseline(LINES[1:2] * 2),
    "of a larger vocabulary": lambda _: _other_baseline([*LINES, "xyz!?,;:"]),
}


def _other_baseline(lines: list[str]) -> dict[str, Tensor]:
    task = fitted(lines)
    task.fit_baselines(rows(lines), rows(lines))
    return task.state()[1]


@pytest.mark.parametrize("how", BASELINES)
def test_a_damaged_baseline_is_told(copy, how):
    tensors = model_folder.read(copy).tensors
    damaged(copy, tensors=BASELINES[how](tensors))
    with pytest.raises(BrokenModelError):
        unrolled.load(copy)


def test_without_a_baseline_there_is_none(copy):
    damaged(copy, tensors={})
    assert unrolled.load(copy).task.baselines(rows(LINES)) == {}


def test_vectors_of_a_file_set_the_width(tmp_path):
    file = tmp_path / "vectors.txt"
    file.write_text("2 3\nthe 1 2 3\ncat 4 5 6\n", encoding="utf-8")
    task = fitted(text__tokens="word", text__vectors=str(file))
    network = built(task)
    assert network.table.shape == (len(task.symbols), 3)
    (the,) = task.symbols.ids("the")
    assert network.table[the].tolist() == [1, 2, 3]


# -- settings ------------------------------------------------------------------------


def test_a_short_text_is_read_by_characters_and_a_long_one_by_words(monkeypatch):
    from unrolled.tasks._language import suggestions as _language_suggestions

    settings = make(sections_of(LanguageModel), {})
    lines = rows(LINES)
    found = LanguageModel.suggest(lines, settings)
    assert found["model.tied"] is False
    monkeypatch.setattr(_language_suggestions, "FEW_WORDS", 10)
    other = LanguageModel.suggest(lines, settings)
    assert other["model.hidden"] != found["model.hidden"]
    known = {
        f"{section}.{name}"
        for section, kind in sections_of(LanguageModel).items()
        for name in kind.__dataclass_fields__
    }
    assert found.keys() <= known
    assert other.keys() <= known
    assert 1 <= found["training.epochs"] <= 1000
