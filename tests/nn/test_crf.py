"""The field against all paths one by one, in value and in each tensor's gradient."""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from tests.harness import UNEQUAL, normal
from tests.nn.paths import (
    bio,
    broken,
    brute_force,
    field,
    pairs_only,
    ragged,
    random_chain,
    score,
)
from unrolled.errors import ShapeError
from unrolled.nn.chain import FORBIDDEN, sum_in_logarithms
from unrolled.nn.crf import CRF, Chain, Constraints, log_partition, marginals
from unrolled.nn.scaled_chain import sum_scaled
from unrolled.ragged import Ragged

LENGTHS = [*UNEQUAL, [2, 5, 0, 3]]
TAGS = [1, 2, 3, 4]
WEIGHTS = ("transitions", "start", "stop")


def truth(scores: Ragged, tags: int, *, seed: int = 0) -> Ragged:
    generator = torch.Generator().manual_seed(seed)
    return scores.with_values(
        torch.randint(tags, (len(scores.values),), generator=generator)
    )


def all_paths(scores: Ragged, chain: Chain) -> Tensor:
    """Log Z of each row, as one sum over all paths."""
    sums = [values.logsumexp(0) for _, values in brute_force(scores, chain)]
    return torch.stack([sum(part.sum() for part in chain), *sums])[1:]


def true_paths(scores: Ragged, chain: Chain, tags: Ragged) -> Tensor:
    rows = zip(scores.to_list(), tags.to_list(), strict=True)
    found = [score(row, chain, path.tolist()) for row, path in rows]
    return torch.stack([sum(part.sum() for part in chain), *found])[1:]


def gradients(total: Tensor, scores: Tensor, crf: CRF) -> dict[str, Tensor]:
    leaves = {"scores": scores, **dict(crf.named_parameters())}
    found = torch.autograd.grad(
        total, list(leaves.values()), allow_unused=True, materialize_grads=True
    )
    return dict(zip(leaves, found, strict=True))


def agree(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert found.keys() == expected.keys() == {"scores", *WEIGHTS}
    for name in expected:
        assert_close(found[name], expected[name], msg=lambda why, n=name: f"{n}: {why}")


@pytest.mark.parametrize("tags", TAGS)
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_values_and_gradients_are_those_of_the_sum_over_all_paths(lengths, tags):
    crf, scores = field(tags), ragged(lengths, tags)
    values = scores.values.requires_grad_()
    true, weighing = truth(scores, tags), normal(len(lengths), seed=9)
    found = crf.log_likelihood(scores, true)
    chain = crf.chain()
    log_z = all_paths(scores, chain)
    expected = true_paths(scores, chain, true) - log_z
    assert_close(crf.log_partition(scores), log_z)
    assert_close(found, expected)
    agree(
        gradients((found * weighing).sum(), values, crf),
        gradients((expected * weighing).sum(), values, crf),
    )


@pytest.mark.parametrize("tags", TAGS)
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
def test_marginals_are_the_share_of_all_paths_through_each_tag(lengths, tags):
    crf, scores = field(tags), ragged(lengths, tags)
    with torch.no_grad():
        found = crf.marginals(scores)
        each = brute_force(scores, crf.chain())
    for mine, (paths, values) in zip(found.to_list(), each, strict=True):
        chances = values.softmax(0)
        expected = torch.zeros_like(mine)
        for path, chance in zip(paths, chances, strict=True):
            for t, tag in enumerate(path):
                expected[t, tag] += chance
        assert_close(mine, expected)


def test_two_tokens_of_two_tags_by_hand():
    """Paths AA, AB, BA, BB are worth 1·1, 1·2, 3·1 and 3·2 by e, T doubles AB: 16."""
    scores = Ragged(torch.tensor([[1.0, 3.0], [1.0, 2.0]]).log(), torch.tensor([2]))
    crf = CRF(2)
    with torch.no_grad():
        crf.transitions[0, 1] = torch.tensor(2.0).log()
    z = 1 + 4 + 3 + 6
    assert_close(crf.log_partition(scores).exp(), torch.tensor([float(z)]))
    true = scores.with_values(torch.tensor([0, 1]))
    assert_close(crf.log_likelihood(scores, true).exp(), torch.tensor([4 / z]))
    expected = torch.tensor([[5 / z, 9 / z], [4 / z, 10 / z]])
    assert_close(crf.marginals(scores).values, expected)


def test_without_transitions_it_is_a_softmax_for_each_token():
    scores = ragged([3, 1, 0, 4], 5)
    assert_close(CRF(5).marginals(scores).values, scores.values.softmax(1))


# -- constraints ---------------------------------------------------------------------


def test_forbidden_paths_have_no_probability_and_forbidden_moves_no_gradient():
    crf, scores = field(5, bio()), ragged([4, 1, 3], 5)
    values = scores.values.requires_grad_()
    true = scores.with_values(torch.tensor([0, 1, 2, 2, 3, 3, 4, 0]))
    found = crf.log_likelihood(scores, true)
    permitted = [
        torch.stack([v for p, v in zip(*each, strict=True) if not broken(bio(), p)])
        for each in brute_force(scores, crf.chain())
    ]
    log_z = torch.stack([each.logsumexp(0) for each in permitted])
    assert_close(crf.log_partition(scores), log_z)
    expected = true_paths(scores, crf.chain(), true) - log_z
    assert_close(found, expected)
    mine = gradients(found.sum(), values, crf)
    agree(mine, gradients(expected.sum(), values, crf))
    assert not mine["transitions"][~bio().between].any()
    assert not mine["start"][~bio().start].any()
    chances = crf.marginals(scores)
    assert not chances.values[scores.offsets[:-1]][:, [2, 4]].any()
    assert_close(chances.values.sum(1), torch.ones(8, dtype=torch.float64))


def test_a_truth_with_forbidden_moves_is_ten_thousand_nats_lower_for_each():
    crf, scores = field(5, bio()), ragged([3], 5)
    values = scores.values.requires_grad_()
    dirty = scores.with_values(torch.tensor([2, 0, 4]))  # I-X at first, I-Y behind O
    found = crf.log_likelihood(scores, dirty)
    alike = -2 * abs(FORBIDDEN)
    assert found.item() == pytest.approx(alike, abs=50)
    grad = gradients(found.sum(), values, crf)
    chosen = torch.nn.functional.one_hot(dirty.values, 5)
    assert_close(grad["scores"], chosen - crf.marginals(scores).values)
    assert not grad["transitions"][~bio().between].any()
    assert not grad["start"][~bio().start].any()
    assert grad["transitions"][2, 0] > 0  # the permitted move of that truth is learned


def test_a_row_that_no_path_is_permitted_for_is_read_by_those_that_break_least():
    crf, scores = field(2, pairs_only()), ragged([3, 2, 1], 2)
    values = scores.values.requires_grad_()
    found = crf.log_partition(scores)
    expected = all_paths(scores, crf.chain())
    assert_close(found, expected)
    assert (found < FORBIDDEN / 2).tolist() == [True, False, True]
    mine = gradients(found.sum(), values, crf)
    agree(mine, gradients(expected.sum(), values, crf))
    assert not mine["transitions"][~pairs_only().between].any()
    sums = crf.marginals(scores).values.sum(1)
    assert_close(sums, torch.ones(6, dtype=torch.float64))


def test_everything_forbidden_is_everything_alike():
    none = torch.zeros(3).bool()
    crf = CRF(3, Constraints(none, none.expand(3, 3), none)).double()
    scores = ragged([4, 1, 0], 3)
    log_z = scores.values.logsumexp(1)
    expected = torch.stack([log_z[:4].sum() + 5 * FORBIDDEN, log_z[4] + 2 * FORBIDDEN])
    assert_close(crf.log_partition(scores)[:2], expected)
    assert_close(crf.marginals(scores).values, scores.values.softmax(1))


def test_the_constraints_alone_are_a_chain_of_zeros():
    chain = bio().chain()
    assert [part.unique().tolist() for part in chain] == [
        [FORBIDDEN, 0],
        [FORBIDDEN, 0],
        [0],
    ]


def test_a_saved_field_holds_its_weights_and_nothing_else():
    assert list(CRF(5, bio()).state_dict()) == list(WEIGHTS)


# -- numbers -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [50, 300, 1000])
def test_scores_far_apart_are_summed_right(size):
    """50 stays scaled; at 300 and 1000 rows go over to logarithms."""
    crf, scores = field(3), ragged([5, 1, 4], 3)
    with torch.no_grad():
        crf.transitions.copy_(torch.where(crf.transitions > 0, size, -size))
    scores = scores.map(lambda values: (values * size).detach().requires_grad_())
    found, expected = crf.log_partition(scores), all_paths(scores, crf.chain())
    assert_close(found, expected, rtol=1e-12, atol=1e-12)
    weighing = normal(3, seed=9)
    agree(
        gradients((found * weighing).sum(), scores.values, crf),
        gradients((expected * weighing).sum(), scores.values, crf),
    )


def test_only_the_row_that_needs_it_goes_over_to_logarithms():
    scores = ragged([4, 3, 2], 3)
    scores.values[5] = torch.tensor([0.0, -2000.0, 5.0])
    found, lost = sum_scaled(scores, random_chain(3))
    assert lost.tolist() == [False, True, False]
    assert float(found[1]) == 0
    law = sum_in_logarithms(scores, random_chain(3))
    assert_close(found[~lost], law[~lost])
    assert_close(log_partition(scores, random_chain(3)), law)


def test_a_path_that_scaling_would_lose_is_found():
    """Tag 1 falls 800 nats behind, and is all that leads to the last token's tag."""
    chain = Chain(
        torch.tensor([[0.0, FORBIDDEN], [FORBIDDEN, 0.0]]),
        torch.zeros(2),
        torch.zeros(2),
    )
    scores = Ragged(torch.tensor([[0.0, -800.0], [0.0, 900.0]]), torch.tensor([2]))
    assert_close(log_partition(scores, chain), torch.tensor([100.0]))
    chances = marginals(scores, chain).values
    assert_close(chances, torch.tensor([[0.0, 1.0], [0.0, 1.0]]))


def test_single_precision_is_as_good_as_its_digits():
    crf, scores = field(9), ragged([30, 12, 1], 9)
    true = truth(scores, 9)
    expected = crf.log_likelihood(scores, true), crf.marginals(scores).values
    crf, scores = crf.float(), scores.map(Tensor.float)
    found = crf.log_likelihood(scores, true), crf.marginals(scores).values
    assert found[0].dtype == found[1].dtype == torch.float32
    assert_close(found[0].double(), expected[0], rtol=1e-6, atol=1e-5)
    assert_close(found[1].double(), expected[1], rtol=1e-5, atol=1e-6)


def test_no_bit_depends_on_the_number_of_threads():
    """Left to torch, ∂/∂T differs at this size in double; smaller ones show nothing."""
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(5, 41, (200,), generator=generator)
    crf, scores = field(20), ragged(lengths.tolist(), 20)
    values, true = scores.values.requires_grad_(), truth(scores, 20)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            each = crf.log_likelihood(scores, true)
            found.append({"log P": each, **gradients(each.sum(), values, crf)})
    finally:
        torch.set_num_threads(before)
    differ = [name for name in found[0] if not found[0][name].equal(found[1][name])]
    assert not differ


def test_a_row_alone_is_as_it_is_in_a_batch():
    crf, scores = field(7), ragged([9, 0, 2, 14, 5], 7)
    together, chances = crf.log_partition(scores), crf.marginals(scores)
    for row in range(5):
        alone = scores.gather([row])
        assert_close(crf.log_partition(alone)[0], together[row], rtol=1e-14, atol=1e-14)
        assert_close(crf.marginals(alone).values, chances[row], rtol=1e-13, atol=1e-15)


def test_marginals_are_found_in_inference_mode():
    scores = ragged([3, 2], 3)
    expected = field(3).marginals(scores).values
    with torch.inference_mode():
        assert_close(field(3).marginals(ragged([3, 2], 3)).values, expected)
    assert not expected.requires_grad


def test_a_gradient_of_a_gradient_is_refused():
    """Torch would leave the missing one out of a sum in silence."""
    scores = ragged([3], 3)
    values = scores.values.requires_grad_()
    total = field(3).log_partition(scores).sum()
    with pytest.raises(RuntimeError, match="differentiate without create_graph=True"):
        torch.autograd.grad(total, values, create_graph=True)


# -- mistakes ------------------------------------------------------------------------


def test_scores_of_another_width_are_refused():
    with pytest.raises(ShapeError) as caught:
        CRF(3).log_partition(ragged([2], 4))
    assert caught.value.found == "scores (2, 4) for 3 tags."
    assert caught.value.expected == "one score for each tag: (tokens, 3)"
    assert caught.value.fix == "give the field the scores of a head of that width"


def test_a_truth_of_other_rows_is_refused():
    scores = ragged([2, 1], 3)
    for lengths in ([2], [1, 2]):
        other = Ragged(
            torch.zeros(sum(lengths), dtype=torch.int64), torch.tensor(lengths)
        )
        with pytest.raises(ShapeError) as caught:
            CRF(3).log_likelihood(scores, other)
        assert caught.value.found == f"tags for rows of {lengths}, scores of [2, 1]."
        assert caught.value.expected == "one tag for each token of the same rows"
        assert caught.value.fix == "give the truth of the batch that was scored"


def test_constraints_for_other_tags_are_refused():
    with pytest.raises(ShapeError) as caught:
        CRF(4, bio())
    assert caught.value.found == (
        "constraints of shapes [(5,), (5, 5), (5,)] for 4 tags."
    )
    assert caught.value.expected == "(4,), (4, 4) and (4,)"
    assert caught.value.fix == "make the constraints from the same tags as the scores"
