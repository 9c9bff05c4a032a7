"""The contest of single steps, with torch and with ONNX Runtime."""

import sys

import pytest
import torch

from unrolled.cli import onnx_peer, streams
from unrolled.cli.contests import Contest
from unrolled.cli.streams import stream_of, streaming
from unrolled.cli.timing import UnequalError
from unrolled.errors import MissingExtraError

CELLS = ("rnn", "lstm", "gru")


@pytest.mark.parametrize("cell", CELLS)
def test_all_come_to_the_same_state(cell):
    contest = stream_of(cell, 3, 4)
    wanted = streams.true_output(contest)["output"]
    made = streaming(contest)
    assert [one.name for one in made] == ["ours", "layer", "cell"]
    for one in made:
        one.prepare()
        found = one.read(one.run())["output"].double()
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-5)


def test_a_wrong_weight_is_found_before_any_time_is_taken():
    contest = stream_of("gru", 3, 4)
    with torch.no_grad():
        contest.ours.weight_ih_l0[9, 2] += 0.1
    with pytest.raises(UnequalError, match="ours: output is off by"):
        streaming(contest)


@pytest.mark.parametrize("cell", CELLS)
def test_onnx_runtime_steps_to_the_same_state(cell):
    pytest.importorskip("onnxruntime")
    contest = stream_of(cell, 3, 4)
    wanted = streams.true_output(contest)["output"]
    for one in onnx_peer.streaming(contest):
        for _ in range(2):  # a turn begins from zero, whatever the one before left
            one.prepare()
            found = one.read(one.run())["output"].double()
            torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("both", [False, True], ids=["forwards", "both directions"])
def test_onnx_runtime_answers_the_same_for_a_batch(cell, both):
    pytest.importorskip("onnxruntime")
    lengths = torch.tensor([3, 5, 1])
    contest = Contest(cell, 3, 4, lengths, bidirectional=both)
    names = [one.name for one in onnx_peer.inference(contest)]
    assert names == ["onnx", "onnx bound"]
    with torch.no_grad():  # other weights than those of the truth
        contest.theirs.weight_hh_l0[1, 1] += 0.5
    with pytest.raises(UnequalError, match="onnx: output is off by"):
        onnx_peer.inference(contest)


def test_without_onnx_runtime_it_is_said_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    pytest.importorskip("onnx")
    with pytest.raises(MissingExtraError) as caught:
        onnx_peer.streaming(stream_of("gru", 3, 4))
    assert str(caught.value) == (
        'a comparison with ONNX Runtime needs the package "onnxruntime", which is not'
        " installed.\n"
        '  expected: the extra "bench" of unrolled\n'
        '  to fix:   pip install "unrolled[bench]"\n'
        "  code:     missing-extra"
    )
