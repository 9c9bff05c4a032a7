"""All of a run but the recurrent layer, on one thread and on more: equal bits.

What runs through the layer itself is compared in the tests of the engine; here a layer
stands in that does nothing but arithmetic, number by number. At the end: how many
threads are taken.
"""

from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any, final

import pytest
import torch
from torch import Tensor, nn
from typing_extensions import override

import unrolled
from tests.harness import needs_native, normal
from tests.training.made_up import many_words, write
from unrolled.engine import forced
from unrolled.models.dropout import dropout
from unrolled.models.heads import make_head
from unrolled.models.inputs import TokenInput
from unrolled.models.pooling import KINDS, Pooling
from unrolled.models.scores import loss
from unrolled.ragged import Ragged
from unrolled.randomness import computing_on, drawing_from
from unrolled.settings import make
from unrolled.tasks.embed import Embed
from unrolled.training.loop import Data, Loop
from unrolled.training.optimizer import average_, clip_, make_optimizer
from unrolled.training.sections import sections_of
from unrolled.training.settings import TrainingSettings
from unrolled.training.threads import path_of, threads_for

VOCABULARY, WIDTH, EVIDENCE = 3001, 61, 3
ANSWERS = {"label": 77, "labels": 28, "rating": 5, "number": 1}


@final
class AroundTheLayer(nn.Module):
    """All that `ManyToOne` is made of but the stack."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.reads = TokenInput(
            VOCABULARY, WIDTH, dropout=0.5, token_dropout=0.2, evidence=EVIDENCE
        )
        width = self.reads.width
        self.pooling = Pooling("+".join(KINDS), 2 * width, inputs=width)
        self.head = make_head(kind, self.pooling.width, ANSWERS[kind])

    @override
    def forward(self, ids: Ragged, evidence: Ragged) -> Tensor:
        x = self.reads(ids, evidence)
        states = x.map(lambda v: torch.cat([v + v * v, v - v.abs()], dim=-1))
        last = torch.stack([row[-1] if len(row) else row.sum(0) for row in states])
        pooled = self.pooling(states, last, x)
        return self.head(dropout(pooled, 0.5, self.training))


def batch(rows: int, longest: int) -> tuple[Ragged, Ragged]:
    """Random ids, some of them often, and numbers beside them; one row is empty."""
    with drawing_from(rows, "made up"):
        lengths = torch.randint(1, longest + 1, (rows,))
        lengths[rows // 2] = 0
        ids = (torch.rand(int(lengths.sum())) ** 3 * VOCABULARY).long()
    numbers = normal(len(ids), EVIDENCE, seed=1).float()
    return Ragged(ids, lengths), Ragged(numbers, lengths)


def targets(kind: str, rows: int) -> Tensor:
    if kind == "number":
        return normal(rows, seed=2).float()
    if kind == "labels":
        return (normal(rows, ANSWERS[kind], seed=2) > 1).float()
    return torch.arange(rows) % ANSWERS[kind]


def trained(kind: str, threads: int, *, rows: int, longest: int) -> Iterator[str]:
    """A digest of all that some steps leave behind, for each step."""
    with drawing_from(0, "weights"):
        network = AroundTheLayer(kind)
    average, settings = deepcopy(network), TrainingSettings(clip=0.5)
    optimizer = make_optimizer(network, settings)
    inputs, wanted = batch(rows, longest), targets(kind, rows)
    with computing_on(threads):
        for step in range(3):
            with drawing_from(0, "step", step):
                found = loss(kind, network(*inputs), wanted, smoothing=0.1)
            optimizer.zero_grad()
            found.mean().backward()
            norm = clip_(list(network.parameters()), settings.clip)
            optimizer.step()
            average_(average, network, keep=0.99, step=step)
            states = [each for s in optimizer.state.values() for each in s.values()]
            left = [found, *network.parameters(), *average.parameters(), *states]
            bytes_ = b"".join(t.detach().numpy().tobytes() for t in left)
            yield sha256(bytes_ + str(norm).encode()).hexdigest()


@pytest.mark.parametrize("kind", list(ANSWERS))
@pytest.mark.parametrize(
    ("rows", "longest"), [(33, 400), (5, 30)], ids=["long texts", "a few short ones"]
)
def test_a_step_around_the_layer_has_the_same_bits_on_any_number_of_threads(
    kind: str, rows: int, longest: int
):
    one, two, three = (
        list(trained(kind, threads, rows=rows, longest=longest))
        for threads in (1, 2, 3)
    )
    assert one == two
    assert one == three


# -- before and after the steps ------------------------------------------------------


def prepared(
    data: Path, out: Path, threads: int, chosen: dict[str, Any]
) -> tuple[bytes, dict[str, bytes]]:
    """The evidence that a run of no steps is given, and what it writes."""
    given: list[Data] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Loop, "run", lambda _, data: given.append(data))
        settings = {"text.start": "random", "training.threads": threads, **chosen}
        unrolled.train("classify", data, out=out, settings=settings)
    evidence = given[0].train.evidence
    assert evidence is not None
    written = {path.name: path.read_bytes() for path in out.glob("*.safetensors")}
    return evidence.values.numpy().tobytes(), written


@pytest.mark.parametrize("kind", ["label", "labels"])
def test_all_that_is_fitted_around_the_steps_has_the_same_bits_on_any_number_of_threads(
    tmp_path: Path, kind: str
):
    names = {"label": "abcdefg", "labels": ["a", "b", "a|b", "c|a", "d"]}[kind]
    rows = [(text, names[len(text) % len(names)]) for text, _ in many_words(2500)]
    data = write(tmp_path / "texts.csv", rows)
    one, two = (
        prepared(data, tmp_path / str(threads), threads, {"task.kind": kind})
        for threads in (1, 2)
    )
    assert len(one[1]) == 2  # the network, and the baseline
    assert one == two


# -- how many ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One that chooses its threads by itself."""
    data = write(tmp_path_factory.mktemp("few") / "texts.csv", many_words(30))
    settings = {"model.embedding": 4, "training.epochs": 1}
    return unrolled.train("classify", data, hidden=3, settings=settings)


@needs_native
def test_on_the_native_path_as_many_as_torch_has_unless_processes_share_them(model):
    for there in (1, 3):
        with computing_on(there):
            assert path_of(model.settings) == "native"
            assert threads_for(model.settings) == there
            assert threads_for(model.settings, processes=2) == 1


@pytest.mark.parametrize("path", ["gated", "reference"])
def test_on_another_path_one(model, path):
    with forced(path=path), computing_on(3):
        assert path_of(model.settings) == path
        assert threads_for(model.settings) == 1


@pytest.mark.parametrize("path", ["native", "gated"])
def test_whoever_names_a_number_has_it(model, path):
    settings = {**model.settings, "training": TrainingSettings(threads=2)}
    with forced(path=path), computing_on(3):
        assert threads_for(settings) == 2
        assert threads_for(settings, processes=4) == 2


@pytest.mark.parametrize(
    ("path", "expected"), [pytest.param("native", 3, marks=needs_native), ("gated", 1)]
)
def test_a_model_answers_on_as_many_as_it_was_trained_on(
    model, monkeypatch, path, expected
):
    seen, answer = [], model.task.answer

    def look(*given: Any) -> Any:
        seen.append(torch.get_num_threads())
        return answer(*given)

    monkeypatch.setattr(model.task, "answer", look)
    with forced(path=path), computing_on(3):
        model.predict(["w1 w2"])
        assert torch.get_num_threads() == 3
    assert seen == [expected]


def test_without_a_recurrent_layer_there_is_no_path_and_one_thread():
    settings = make(sections_of(Embed), {})
    assert path_of(settings) == "none"
    assert threads_for(settings) == 1
