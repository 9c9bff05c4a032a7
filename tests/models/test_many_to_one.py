"""The whole network: scores of each row alone, and the cell that settings name."""

import pytest
import torch

from tests.harness import normal
from unrolled.catalog import names
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.errors import SettingError, UnknownNameError
from unrolled.models.inputs import TokenInput, VectorInput
from unrolled.models.many_to_one import ManyToOne, count_weights, make_cell
from unrolled.models.settings import ModelSettings
from unrolled.ragged import Ragged

BY_CELL = pytest.mark.parametrize("cell", names("cells"))
EVERY_POOLING = "last+mean+max+attention+inputs"


def network(*, kind: str = "label", classes: int = 3, **changes) -> ManyToOne:
    """Over series of two numbers, at rest, in float64."""
    settings = ModelSettings(**{"hidden": 4, "pooling": EVERY_POOLING} | changes)
    reads = VectorInput(torch.zeros(2), torch.ones(2), dropout=0)
    torch.manual_seed(0)
    made = ManyToOne(reads, settings, kind=kind, classes=classes).double().eval()
    with torch.no_grad():
        for seed, weight in enumerate(made.parameters()):
            weight.copy_(normal(*weight.shape, seed=seed) / 2)
    return made


def series(lengths: list[int]) -> Ragged:
    return Ragged(normal(sum(lengths), 2, seed=7), torch.tensor(lengths))


@BY_CELL
@pytest.mark.parametrize("layers", [1, 2])
def test_the_company_and_the_order_of_rows_change_no_answer(cell, layers):
    made, batch = network(cell=cell, layers=layers), series([4, 0, 1, 6, 3])
    together = made(batch)
    for row in range(len(batch)):
        alone = made(batch.gather([row]))[0]
        torch.testing.assert_close(alone, together[row], rtol=1e-12, atol=1e-12)
    order = [3, 1, 4, 0, 2, 2]
    shuffled = made(batch.gather(order))
    torch.testing.assert_close(shuffled, together[order], rtol=1e-12, atol=1e-12)


@BY_CELL
def test_what_is_no_number_stays_in_its_row(cell):
    made, batch = network(cell=cell, layers=2), series([4, 2, 5])
    clean = made(batch)
    values = batch.values.clone()
    values[4] = torch.nan
    poisoned = made(batch.with_values(values))
    assert poisoned[1].isnan().all()
    assert torch.equal(poisoned[[0, 2]], clean[[0, 2]])
    leaf = batch.values.clone().requires_grad_()
    made(batch.with_values(leaf))[1].sum().backward()
    assert leaf.grad is not None
    assert not leaf.grad[:4].any()
    assert not leaf.grad[6:].any()
    assert leaf.grad[4:6].all()


@pytest.mark.parametrize(
    ("kind", "scores"), [("label", 3), ("labels", 3), ("rating", 2), ("number", 1)]
)
def test_each_kind_of_answer_has_its_scores_for_rows_of_any_length(kind, scores):
    made = network(kind=kind)
    assert made(series([2, 0, 1])).shape == (3, scores)
    none = Ragged(torch.zeros(0, 2).double(), torch.zeros(0, dtype=torch.int64))
    assert made(none).shape == (0, scores)


def test_every_weight_learns_and_a_batch_without_rows_gives_gradients_of_zero():
    made = network(layers=2).train()
    made(series([3, 2])).square().sum().backward()
    for name, weight in made.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.any(), name
    made.zero_grad()
    none = Ragged(torch.zeros(0, 2).double(), torch.zeros(0, dtype=torch.int64))
    made(none).sum().backward()
    for name, weight in made.named_parameters():
        assert weight.grad is not None, name
        assert not weight.grad.any(), name


def test_it_reads_tokens_with_evidence_beside_them():
    reads = TokenInput(5, 3, dropout=0, token_dropout=0, evidence=2)
    made = ManyToOne(reads, ModelSettings(hidden=4), kind="label", classes=2).eval()
    ids = Ragged(torch.tensor([1, 2, 4]), torch.tensor([2, 1]))
    quiet = made(ids, ids.with_values(torch.zeros(3, 2)))
    loud = made(ids, ids.with_values(torch.tensor([[0.0, 0], [0, 0], [3, -3]])))
    assert quiet.shape == (2, 2)
    assert torch.equal(quiet[0], loud[0])
    assert not torch.equal(quiet[1], loud[1])


def test_dropout_works_in_training_and_only_there():
    made = network(dropout=0.5)
    batch = series([3, 4])
    assert torch.equal(made(batch), made(batch))
    made.train()
    torch.manual_seed(0)
    first = made(batch)
    assert not torch.equal(first, made(batch))
    torch.manual_seed(0)
    assert torch.equal(first, made(batch))


def test_the_weights_are_counted():
    made = network(cell="gru", bidirectional=False, pooling="last")
    gru = 3 * 4 * (2 + 4 + 2)
    head = 4 * 3 + 3
    assert count_weights(made) == gru + head
    made.stack.bias_ih_l0.requires_grad_(False)
    assert count_weights(made) == gru + head - 12


# -- the cell of the settings --------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "options", "expected"),
    [
        ("lstm", "", LSTM()),
        ("lstm", "peepholes=true", LSTM(peepholes=True)),
        ("lstm", " peepholes = false , ", LSTM(peepholes=False)),
        ("gru", "reset=before", GRU(reset="before")),
        ("elman", "nonlinearity=relu", Elman(nonlinearity="relu")),
    ],
)
def test_a_cell_is_made_with_its_options(cell, options, expected):
    assert make_cell(ModelSettings(cell=cell, cell_options=options)) == expected


@pytest.mark.parametrize(
    ("cell", "options", "part", "expected"),
    [
        ("gru", "peepholes=true", "peepholes=true", "reset=WORD"),
        ("lstm", "peepholes=maybe", "peepholes=maybe", "peepholes=true|false"),
        ("lstm", "peepholes", "peepholes", "peepholes=true|false"),
        ("gru", "reset=before, x=1", "x=1", "reset=WORD"),
        ("elman", "=", "=", "nonlinearity=WORD"),
    ],
)
def test_an_option_that_the_cell_has_not_is_refused_in_words(
    cell, options, part, expected
):
    with pytest.raises(SettingError) as refusal:
        make_cell(ModelSettings(cell=cell, cell_options=options))
    assert str(refusal.value) == (
        f'model.cell_options holds "{part}", for the cell {cell}.\n'
        f"  expected: {expected}\n"
        "  to fix:   correct it, or leave it out\n"
        "  code:     setting"
    )


def test_a_choice_that_an_option_has_not_is_refused_by_the_cell():
    with pytest.raises(SettingError, match='a gru cell with reset "never"'):
        make_cell(ModelSettings(cell="gru", cell_options="reset=never"))


def test_a_cell_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match='did you mean "gru"'):
        make_cell(ModelSettings(cell="grru"))


def test_a_cell_without_options_says_so(monkeypatch):
    class Plain:
        """A cell without options."""

    monkeypatch.setattr("unrolled.models.many_to_one.catalog.find", lambda *_: Plain)
    assert isinstance(make_cell(ModelSettings(cell="plain")), Plain)
    with pytest.raises(SettingError, match="nothing: this cell has no options"):
        make_cell(ModelSettings(cell="plain", cell_options="a=1"))
