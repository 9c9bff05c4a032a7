"""ONNX Runtime in the contests, with the weights of the others (extra `bench`).

    onnx          session.run on arrays
    onnx bound    the same session on memory that is bound once

The model is one node, LSTM, GRU or RNN, with the rows' lengths as its sequence_lens.
ONNX orders the blocks of weights in its own way: i, o, f, c for i, f, g, o and z, r, h
for r, z, n. Reference: the operators of that name in the ONNX specification.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from unrolled.cli.contests import Contest, reader, truth
from unrolled.cli.streams import STEPS, true_output
from unrolled.cli.timing import Contestant, gate
from unrolled.errors import MissingExtraError
from unrolled.ragged import Ragged

NODES = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
BLOCKS = {"rnn": [0], "lstm": [0, 3, 1, 2], "gru": [1, 0, 2]}
LIMITS = {"": 1e-4}  # its tanh and σ are approximations


def inference(contest: Contest) -> list[Contestant]:
    """On a whole batch, both ways. Raises UnequalError and MissingExtraError."""
    session = _session(contest)
    lengths = contest.lengths.to(torch.int32).numpy()
    feeds = {"x": contest.x.to_padded().numpy(), "lengths": lengths}
    bound = session.io_binding()
    for name, array in feeds.items():
        bound.bind_cpu_input(name, array)
    padded = (*feeds["x"].shape[:2], -1)
    width = contest.d_output.values.shape[1]
    ways = 2 if contest.bidirectional else 1
    shape = (feeds["x"].shape[0], ways, feeds["x"].shape[1], contest.hidden)
    given = np.zeros(shape, np.float32)
    bound.bind_output("y", "cpu", 0, np.float32, shape, given.ctypes.data)

    def read(y: Any) -> dict[str, Tensor]:
        outputs = torch.from_numpy(y.transpose(0, 2, 1, 3).reshape(*padded[:2], width))
        return {"output": Ragged.from_padded(outputs, contest.lengths).values}

    def turn_bound() -> Any:
        session.run_with_iobinding(bound)
        return given

    made = [
        Contestant("onnx", lambda: session.run(["y"], feeds)[0], read),
        Contestant("onnx bound", turn_bound, read),
    ]
    for one in made:
        gate(one, truth(reader, contest), LIMITS)
    return made


def streaming(contest: Contest) -> list[Contestant]:
    """Step by step, both ways. Raises UnequalError and MissingExtraError."""
    session = _session(contest)
    made = [_steps(contest, session), _bound_steps(contest, session)]
    for one in made:
        gate(one, true_output(contest), LIMITS)
    return made


def _steps(contest: Contest, session: Any) -> Contestant:
    x, zero = contest.x.values.numpy()[None], np.zeros((1, 1, contest.hidden), "f4")
    states = _states(contest)
    outputs = [f"{name}_last" for name in states]
    one = np.ones(1, np.int32)

    def turn() -> Any:
        last = [zero] * len(states)
        feeds = {"x": x, "lengths": one}
        for _ in range(STEPS):
            feeds.update(zip(states, last, strict=True))
            last = session.run(outputs, feeds)
        return last[0]

    return Contestant("onnx", turn, lambda y: {"output": torch.from_numpy(y[0])})


def _bound_steps(contest: Contest, session: Any) -> Contestant:
    """Two sets of states: what one step writes into, the next one reads from."""
    x, one = contest.x.values.numpy()[None], np.ones(1, np.int32)
    shape, states = (1, 1, contest.hidden), _states(contest)
    sets = [{name: np.zeros(shape, np.float32) for name in states} for _ in range(2)]
    bound = []
    for old, new in (sets, sets[::-1]):
        binding = session.io_binding()
        binding.bind_cpu_input("x", x)
        binding.bind_cpu_input("lengths", one)
        for name in states:
            at = old[name].ctypes.data
            binding.bind_input(name, "cpu", 0, np.float32, shape, at)
            at = new[name].ctypes.data
            binding.bind_output(f"{name}_last", "cpu", 0, np.float32, shape, at)
        bound.append(binding)

    def prepare() -> None:
        for array in sets[0].values():
            array.fill(0.0)

    def turn() -> Any:
        there, back = bound
        for _ in range(STEPS // 2):
            session.run_with_iobinding(there)
            session.run_with_iobinding(back)
        return sets[0]["h"].copy()

    def read(y: Any) -> dict[str, Tensor]:
        return {"output": torch.from_numpy(y[0])}

    return Contestant("onnx bound", turn, read, prepare)


def _states(contest: Contest) -> list[str]:
    return ["h", "c"] if contest.cell == "lstm" else ["h"]


def _session(contest: Contest) -> Any:
    """A session with as many threads as torch has."""
    try:
        import onnx
        import onnxruntime
    except ImportError as why:
        raise MissingExtraError(
            package=why.name or "onnxruntime",
            extra="bench",
            purpose="a comparison with ONNX Runtime",
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.inter_op_num_threads = 1
    model = _model(contest, onnx).SerializeToString()
    providers = ["CPUExecutionProvider"]
    return onnxruntime.InferenceSession(model, options, providers=providers)


def _model(contest: Contest, onnx: Any) -> Any:
    """One node: x (time, rows, inputs), lengths (rows,) and, of one row, its states."""
    of, number = onnx.helper, onnx.TensorProto.FLOAT
    states = _states(contest) if len(contest.lengths) == 1 else []
    inputs = ["x", "W", "R", "B", "lengths", *states]
    outputs = ["y", *(f"{name}_last" for name in states)]
    options = {"linear_before_reset": 1} if contest.cell == "gru" else {}
    node = of.make_node(
        NODES[contest.cell],
        inputs,
        outputs,
        hidden_size=contest.hidden,
        direction="bidirectional" if contest.bidirectional else "forward",
        **options,
    )
    given = [of.make_tensor_value_info("x", number, ("time", "rows", contest.inputs))]
    given += [of.make_tensor_value_info("lengths", onnx.TensorProto.INT32, ("rows",))]
    given += [of.make_tensor_value_info(name, number, None) for name in states]
    made = [of.make_tensor_value_info(name, number, None) for name in outputs]
    weights = [
        onnx.numpy_helper.from_array(array, name)
        for name, array in _weights(contest).items()
    ]
    graph = of.make_graph([node], "layer", given, made, weights)
    opset = of.make_opsetid("", 22)
    return of.make_model(graph, opset_imports=[opset], ir_version=10)


def _weights(contest: Contest) -> dict[str, Any]:
    """W, R (directions, blocks · hidden, ·) and B (directions, 2 · blocks · hidden)."""
    found = contest.theirs.state_dict()
    ends = ("_l0", "_l0_reverse") if contest.bidirectional else ("_l0",)
    blocks = BLOCKS[contest.cell]

    def ordered(name: str) -> Tensor:
        parts = found[name].chunk(len(blocks))
        return torch.cat([parts[block] for block in blocks])

    def both(name: str) -> Any:
        return torch.stack([ordered(name + end) for end in ends]).numpy()

    biases = [both("bias_ih"), both("bias_hh")]
    return {
        "W": both("weight_ih"),
        "R": both("weight_hh"),
        "B": np.concatenate(biases, axis=1),
    }
