"""Where a batch enters and leaves: length 0 is welcome, mistakes are torch's."""

from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import pack_sequence

from tests.harness import normal
from tests.nn.pairs import BY_KIND, compared, first_states, pair
from unrolled import nn
from unrolled.errors import ShapeError
from unrolled.ragged import Ragged

# -- length 0 ------------------------------------------------------------------------


@BY_KIND
@pytest.mark.parametrize("batch_first", [False, True])
def test_no_moment_at_all_gives_no_output_and_the_state_unchanged(kind, batch_first):
    theirs, ours = pair(kind, num_layers=2, bidirectional=True, batch_first=batch_first)
    shape = (2, 0, 3) if batch_first else (0, 2, 3)
    with pytest.raises(RuntimeError):
        theirs(torch.zeros(shape).double())
    x, states = torch.zeros(shape).double().requires_grad_(), first_states(ours, 2)
    found = compared(ours, x, states)
    assert found["output"].shape == (*shape[:2], 8)
    flat = states if kind == "LSTM" else (states,)
    for name, state in zip("hc", flat, strict=False):
        assert torch.equal(found[f"last {name}"], state)
        assert found[f"d {name}"].abs().min() > 0
    for name, parameter in ours.named_parameters():
        assert torch.equal(found[f"d {name}"], torch.zeros_like(parameter))
    assert found["d x"].shape == shape


@BY_KIND
@pytest.mark.parametrize("shape", [(5, 0, 3), (0, 0, 3), (0, 3)])
def test_no_rows_and_no_moments_keep_their_places(kind, shape):
    _, ours = pair(kind, bidirectional=True)
    output, last = ours(torch.zeros(shape).double())
    assert output.shape == (*shape[:-1], 8)
    h = last[0] if kind == "LSTM" else last
    assert h.shape == (2, *shape[1:-1], 4)
    output.sum().backward()
    assert torch.equal(ours.weight_hh_l0.grad, torch.zeros_like(ours.weight_hh_l0))


@BY_KIND
@pytest.mark.parametrize("lengths", [[0, 3, 0, 1], [0], []], ids=str)
def test_ragged_rows_of_length_0_hand_their_states_through(kind, lengths):
    _, ours = pair(kind, num_layers=2, bidirectional=True)
    batch = Ragged(normal(sum(lengths), 3, seed=1), torch.tensor(lengths))
    states = first_states(ours, len(lengths))
    output, last = ours(batch, states)
    assert output.values.shape == (sum(lengths), 8)
    assert output.lengths.tolist() == lengths
    empty = [row for row, length in enumerate(lengths) if length == 0]
    many = kind == "LSTM"
    pairs = zip(last if many else [last], states if many else [states], strict=True)
    for after, before in pairs:
        assert torch.equal(after[:, empty], before[:, empty])
    full = [row for row, length in enumerate(lengths) if length]
    alone, _ = ours(batch.gather(full), _rows(states, full))
    torch.testing.assert_close(output.values, alone.values, rtol=0, atol=1e-14)


def _rows(states: Any, rows: list[int]) -> Any:
    several = isinstance(states, tuple)
    return tuple(s[:, rows] for s in states) if several else states[:, rows]


# -- mistakes ------------------------------------------------------------------------


def wrong(kind: str) -> dict[str, tuple[Any, Any]]:
    """Mistakes in a call of a layer with 3 inputs and 4 units: (input, states)."""
    x, h = torch.zeros(5, 2, 3).double(), torch.zeros(1, 2, 4).double()
    packed = pack_sequence([x[:, 0], x[:3, 1]])
    wide = packed._replace(data=torch.zeros(8, 7).double())

    def states(first: Tensor, second: Tensor | None = None) -> Any:
        return (first, first if second is None else second) if kind == "LSTM" else first

    return {
        "one dimension": (x[0, 0], None),
        "four dimensions": (x[None], None),
        "too many inputs": (torch.zeros(5, 2, 7).double(), None),
        "another dtype": (x.float(), None),
        "states of another dimension": (x, states(h[0])),
        "states of a batch for a single row": (x[:, 0], states(h)),
        "states of too many rows": (x, states(torch.zeros(1, 3, 4).double())),
        "states of too many layers": (x, states(torch.zeros(2, 2, 4).double())),
        "states of another width": (x, states(h, torch.zeros(1, 2, 9).double()))
        if kind == "LSTM"
        else (x, torch.zeros(1, 2, 9).double()),
        "packed, too many inputs": (wide, None),
        "packed, another dtype": (packed._replace(data=packed.data.float()), None),
        "no tensor at all": ([1.0, 2.0], None),
    }  # fmt: skip


@BY_KIND
@pytest.mark.parametrize("mistake", wrong("GRU"))
def test_a_mistake_raises_the_type_of_error_that_torch_raises(kind, mistake):
    batch, states = wrong(kind)[mistake]
    raised = []
    for layer in pair(kind):
        with pytest.raises(Exception) as refusal:
            layer(batch, states)
        raised.append(refusal.type)
    # In a packed batch torch.nn.LSTM alone forgets to look at the dtype.
    forgotten = kind == "LSTM" and mistake == "packed, another dtype"
    assert raised == ([RuntimeError, ValueError] if forgotten else [raised[0]] * 2)


@BY_KIND
def test_a_ragged_batch_that_does_not_fit_meets_torchs_words(kind):
    _, ours = pair(kind)
    batch = Ragged(torch.zeros(4, 7).double(), torch.tensor([1, 3]))
    told = "input.size(-1) must be equal to input_size. Expected 3, got 7"
    with pytest.raises(RuntimeError) as refusal:
        ours(batch)
    assert str(refusal.value) == told
    h = torch.zeros(1, 3, 4).double()
    with pytest.raises(RuntimeError, match=r"\(1, 2, 4\), got \[1, 3, 4\]"):
        narrow = Ragged(torch.zeros(4, 3).double(), batch.lengths)
        ours(narrow, (h, h) if kind == "LSTM" else h)
    with pytest.raises(ValueError, match="does not match weight dtype"):
        ours(batch.map(Tensor.float))


def test_an_lstm_with_a_third_state_is_refused():
    _, ours = pair("LSTM")
    h = torch.zeros(1, 2, 4).double()
    with pytest.raises(ShapeError):
        ours(torch.zeros(5, 2, 3).double(), (h, h, h))


def test_a_tensor_in_a_layout_of_onednn_is_refused_before_torch_stops_at_it():
    layer = nn.LSTM(3, 4)
    with pytest.raises(RuntimeError, match="Expected a dense input"):
        layer(torch.zeros(2, 3, 3).to_mkldnn())
