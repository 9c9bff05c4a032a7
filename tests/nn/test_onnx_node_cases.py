"""The ONNX project's own cases for RNN, GRU and LSTM, through our engine as a backend.

The wheel generates 18 of them. Their weights are all equal, so a swapped gate would
pass unseen; the second half therefore draws random weights, lengths and states and
asks the wheel's evaluator, one row at a time, because it passes over sequence_lens.
"""

import warnings

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is not installed")

from onnx.backend.test.case.node import collect_testcases  # noqa: E402
from onnx.helper import (  # noqa: E402
    make_graph,
    make_model,
    make_node,
    make_opsetid,
    make_tensor_value_info,
)
from onnx.reference import ReferenceEvaluator  # noqa: E402

from tests.nn.onnx_backend import EngineBackend  # noqa: E402

RECURRENT = {"RNN": 1, "GRU": 3, "LSTM": 4}
TIME, ROWS, WIDTH, HIDDEN = 5, 3, 2, 4


def cases():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of casts, in the cases of other operators
        every = collect_testcases(None)
    return [
        case
        for case in every
        if any(node.op_type in RECURRENT for node in case.model.graph.node)
    ]


CASES = cases()


def test_the_wheel_generates_18_cases():
    assert len(CASES) == 18
    kinds = [case.model.graph.node[0].op_type for case in CASES]
    assert {kind: kinds.count(kind) for kind in RECURRENT} == {
        "RNN": 6,
        "GRU": 6,
        "LSTM": 6,
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_case_of_the_wheel_passes(case):
    prepared = EngineBackend.prepare(case.model)
    ((inputs, outputs),) = case.data_sets
    found = prepared.run(inputs)
    assert len(found) == len(outputs)
    for ours, theirs in zip(found, outputs, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=case.rtol, atol=case.atol)


@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("RNN", {}),
        ("GRU", {"linear_before_reset": 0}),
        ("GRU", {"linear_before_reset": 1}),
        ("LSTM", {}),
    ],
    ids=str,
)
@pytest.mark.parametrize("lengths", [[5, 1, 3], [2, 5, 5]], ids=str)
def test_random_weights_and_lengths_agree_row_by_row(
    kind, options, direction, layout, lengths
):
    options = {**options, "direction": direction, "layout": layout}
    inputs = random_inputs(kind, directions=2 if direction == "bidirectional" else 1)
    inputs["sequence_lens"] = np.array(lengths, dtype=np.int32)
    found = EngineBackend.prepare(model(kind, inputs, options)).run(
        list(turned(inputs, layout).values())
    )
    Y, *states = unturned(found, layout)
    assert len(states) == (2 if kind == "LSTM" else 1)
    for row, length in enumerate(lengths):
        expected_Y, *expected = one_row(kind, inputs, options, row, length)
        np.testing.assert_allclose(Y[:length, :, [row]], expected_Y, atol=1e-12)
        assert not Y[length:, :, row].any()
        for ours, theirs in zip(states, expected, strict=True):
            np.testing.assert_allclose(ours[:, [row]], theirs, atol=1e-12)


def test_what_the_engine_has_not_is_refused():
    inputs = random_inputs("LSTM", directions=1)
    with pytest.raises(NotImplementedError, match=r"LSTM with \['clip'\]"):
        EngineBackend.prepare(model("LSTM", inputs, {"clip": 1.0}))


def random_inputs(kind: str, *, directions: int) -> dict[str, np.ndarray]:
    """Every input of the operator, in its order; layout 0; float64."""
    draw = np.random.default_rng(0).standard_normal
    wide = RECURRENT[kind] * HIDDEN
    inputs = {
        "X": draw((TIME, ROWS, WIDTH)),
        "W": draw((directions, wide, WIDTH)),
        "R": draw((directions, wide, HIDDEN)),
        "B": draw((directions, 2 * wide)),
        "sequence_lens": np.zeros(ROWS, dtype=np.int32),
        "initial_h": draw((directions, ROWS, HIDDEN)),
    }
    if kind == "LSTM":
        inputs["initial_c"] = draw((directions, ROWS, HIDDEN))
        inputs["P"] = draw((directions, 3 * HIDDEN))
    return inputs


def turned(inputs: dict[str, np.ndarray], layout: int) -> dict[str, np.ndarray]:
    """The inputs with the rows first where layout 1 wants them."""
    moved = ("X", "initial_h", "initial_c") if layout else ()
    return {n: a.swapaxes(0, 1) if n in moved else a for n, a in inputs.items()}


def unturned(outputs: list[np.ndarray], layout: int) -> list[np.ndarray]:
    """Outputs back in layout 0."""
    Y, *states = outputs
    if not layout:
        return outputs
    return [Y.transpose(1, 2, 0, 3), *(state.swapaxes(0, 1) for state in states)]


def one_row(
    kind: str, inputs: dict, options: dict, row: int, length: int
) -> list[np.ndarray]:
    """One row cut to its length, by the wheel's evaluator in layout 0."""
    alone = {n: a for n, a in inputs.items() if n != "sequence_lens"}
    alone["X"] = alone["X"][:length, [row]]
    for name in ("initial_h", "initial_c"):
        if name in alone:
            alone[name] = alone[name][:, [row]]
    evaluator = ReferenceEvaluator(model(kind, alone, {**options, "layout": 0}))
    return evaluator.run(None, alone)


def model(kind: str, inputs: dict[str, np.ndarray], options: dict):
    """A model of one node with these inputs and all outputs."""
    order = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"]
    names = [name if name in inputs else "" for name in order]
    while not names[-1]:
        names.pop()
    outputs = ["Y", "Y_h", "Y_c"][: 3 if kind == "LSTM" else 2]
    node = make_node(kind, names, outputs, hidden_size=HIDDEN, **options)
    types = {np.dtype("int32"): onnx.TensorProto.INT32}
    given = [
        make_tensor_value_info(n, types.get(a.dtype, onnx.TensorProto.DOUBLE), None)
        for n, a in inputs.items()
    ]
    made = [make_tensor_value_info(n, onnx.TensorProto.DOUBLE, None) for n in outputs]
    graph = make_graph([node], "one", given, made)
    return make_model(graph, opset_imports=[make_opsetid("", 22)])
