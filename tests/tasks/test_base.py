"""A batch of examples: its rows, wherever a task has put their targets."""

import torch

from unrolled.ragged import Ragged
from unrolled.tasks._base import AbstractTask, Batch, Example

INPUTS = Ragged(torch.arange(6), torch.tensor([2, 0, 3, 1]))


def test_rows_are_gathered_with_their_targets_and_their_evidence():
    evidence = INPUTS.with_values(torch.arange(12.0).view(6, 2))
    whole = Batch(INPUTS, torch.tensor([10, 11, 12, 13]), evidence)
    found = whole.gather([2, 0, 2])
    assert (len(whole), len(found)) == (4, 3)
    assert [row.tolist() for row in found.inputs.to_list()] == [
        [2, 3, 4],
        [0, 1],
        [2, 3, 4],
    ]
    assert isinstance(found.targets, torch.Tensor)
    assert found.targets.tolist() == [12, 10, 12]
    assert found.evidence is not None
    assert [row[:, 0].tolist() for row in found.evidence.to_list()] == [
        [4, 6, 8],
        [0, 2],
        [4, 6, 8],
    ]


def test_targets_may_be_sequences_themselves():
    whole = Batch(INPUTS, Ragged(torch.tensor([7, 8, 9]), torch.tensor([1, 2, 0, 0])))
    found = whole.gather(torch.tensor([1, 3]))
    assert isinstance(found.targets, Ragged)
    assert [row.tolist() for row in found.targets.to_list()] == [[8, 9], []]


def test_there_may_be_no_targets_no_evidence_and_no_rows():
    found = Batch(INPUTS).gather([])
    assert len(found) == 0
    assert found.targets is None
    assert found.evidence is None
    evidence = INPUTS.with_values(torch.zeros(6, 3))
    none = Batch(INPUTS, torch.arange(4), evidence).gather([]).gather([])
    assert none.evidence is not None
    assert none.evidence.values.shape == (0, 3)


def test_a_task_suggests_nothing_and_learns_from_what_it_encodes_unless_it_says_so():
    stubs = {n: lambda *given: given[1] for n in AbstractTask.__abstractmethods__}
    plain = type("Plain", (AbstractTask,), stubs)
    assert plain.suggest([], {}) == {}
    rows = [Example("a", "b", "here")]
    assert plain().encode_to_learn(rows) is rows
