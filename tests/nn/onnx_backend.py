"""Our engine as an ONNX backend for models of one node: RNN, GRU or LSTM.

    ONNX orders the blocks of W, R and B otherwise than torch and we do:
        LSTM   i o f c    →   i f g o        (its c is our g)
        GRU    z r h      →   r z n          (its h is our n)
    peepholes P:  i o f   →   v_i v_f v_o

Shapes, with layout 0: X is (time, rows, inputs), Y (time, directions, rows, hidden),
states (directions, rows, hidden); layout 1 puts the rows first in each of them.

Reference: the operators' pages at onnx.ai/onnx/operators, opset 22.
"""

from typing import Any, final

import numpy as np
import torch
from onnx import ModelProto, NodeProto
from onnx.backend.base import Backend, BackendRep
from onnx.helper import get_attribute_value
from torch import Tensor
from torch.nn.functional import pad
from typing_extensions import override

from unrolled.cells._base import AbstractGatedCell, State
from unrolled.cells.elman import Elman
from unrolled.cells.gru import GRU
from unrolled.cells.lstm import LSTM
from unrolled.engine import Weights, run
from unrolled.ragged import Ragged

INPUTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")
OUTPUTS = ("Y", "Y_h", "Y_c")
OUR_BLOCKS = {"RNN": [0], "GRU": [1, 0, 2], "LSTM": [0, 2, 3, 1]}
OUR_PEEPHOLES = [0, 2, 1]
KNOWN = {"hidden_size", "direction", "layout", "linear_before_reset", "activations"}


@final
class EngineBackend(Backend):
    """Prepares a model of a single recurrent node."""

    @classmethod
    @override
    def prepare(cls, model: ModelProto, device: str = "CPU", **_: Any) -> "Prepared":
        (node,) = model.graph.node
        return Prepared(node)

    @classmethod
    @override
    def supports_device(cls, device: str) -> bool:
        return device == "CPU"


@final
class Prepared(BackendRep):
    """One node, ready to run."""

    def __init__(self, node: NodeProto) -> None:
        self.node = node
        self.options = {a.name: get_attribute_value(a) for a in node.attribute}
        unknown = self.options.keys() - KNOWN
        if unknown:
            raise NotImplementedError(f"{node.op_type} with {sorted(unknown)}")

    @override
    def run(self, inputs: list[np.ndarray], **_: Any) -> list[np.ndarray]:
        """The outputs that the node names, from the inputs that it names, in order."""
        present = [place for place, name in enumerate(self.node.input) if name]
        given = {
            INPUTS[place]: torch.from_numpy(np.array(value))
            for place, value in zip(present, inputs, strict=True)
        }
        answers = dict(zip(OUTPUTS, self._answers(given), strict=False))
        wanted = zip(OUTPUTS, self.node.output, strict=False)
        return [answers[ours].numpy() for ours, name in wanted if name]

    def _answers(self, given: dict[str, Tensor]) -> list[Tensor]:
        rows_first = bool(self.options.get("layout", 0))
        X = given["X"].transpose(0, 1) if rows_first else given["X"]
        time, rows, _ = X.shape
        lengths = given.get("sequence_lens", torch.full((rows,), time))
        batch = Ragged.from_padded(X, lengths)
        outputs, states = [], []
        for place, reverse in enumerate(self._directions()):
            weights, state = self._weights(given, place), self._state(given, place)
            r = run(self._cell(given), weights, batch, state, reverse=reverse)
            padded = r.output.to_padded()
            outputs.append(pad(padded, (0, 0, 0, 0, 0, time - len(padded))))
            states.append(r.state)
        Y = torch.stack(outputs, dim=1)
        last = [torch.stack(each) for each in zip(*states, strict=True)]
        if rows_first:
            return [Y.permute(2, 0, 1, 3), *(s.transpose(0, 1) for s in last)]
        return [Y, *last]

    def _directions(self) -> list[bool]:
        direction = self.options.get("direction", b"forward").decode()
        return {"forward": [False], "reverse": [True], "bidirectional": [False, True]}[
            direction
        ]

    def _cell(self, given: dict[str, Tensor]) -> AbstractGatedCell:
        kind, activations = self.node.op_type, self.options.get("activations")
        if kind == "RNN":
            known = {None: "tanh", (b"Tanh",): "tanh", (b"Relu",): "relu"}
            return Elman(known[activations and tuple(activations[:1])])
        if activations:
            raise NotImplementedError(f"{kind} with activations {activations}")
        if kind == "GRU":
            linear_before_reset = self.options.get("linear_before_reset", 0)
            return GRU(reset="after" if linear_before_reset else "before")
        return LSTM(peepholes="P" in given)

    def _weights(self, given: dict[str, Tensor], place: int) -> Weights:
        def ours(blocks: Tensor, order: list[int]) -> Tensor:
            parts = blocks.chunk(len(order))
            return torch.cat([parts[n] for n in order])

        order = OUR_BLOCKS[self.node.op_type]
        b = c = v = None
        if "B" in given:
            b, c = (ours(half, order) for half in given["B"][place].chunk(2))
        if "P" in given:
            v = ours(given["P"][place], OUR_PEEPHOLES).unflatten(0, (3, -1))
        W, R = (ours(given[name][place], order) for name in "WR")
        return Weights(W, R, b, c, v=v)

    def _state(self, given: dict[str, Tensor], place: int) -> State | None:
        """The first states of one direction; ONNX has zero for one that is absent."""
        names = INPUTS[5:7] if self.node.op_type == "LSTM" else INPUTS[5:6]
        direction = 1 if self.options.get("layout", 0) else 0
        found = [given[n].select(direction, place) for n in names if n in given]
        if not found:
            return None
        zero = torch.zeros_like(found[0])
        return tuple(
            given[n].select(direction, place) if n in given else zero for n in names
        )
