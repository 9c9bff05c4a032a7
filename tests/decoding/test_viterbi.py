"""Viterbi and the k best against all paths, sorted."""

import pytest
import torch
from torch.testing import assert_close

from tests.harness import UNEQUAL
from tests.nn.paths import (
    bio,
    broken,
    brute_force,
    field,
    pairs_only,
    ragged,
    random_chain,
)
from unrolled.decoding.viterbi import k_best, viterbi
from unrolled.errors import SettingError
from unrolled.nn.crf import Chain
from unrolled.ragged import Ragged

LENGTHS = [*UNEQUAL, [2, 5, 0, 3]]


@pytest.mark.parametrize("tags", [1, 2, 3, 4])
@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("k", [1, 2, 7, 100])
def test_they_are_the_best_of_all_paths_in_order(lengths, tags, k):
    scores, chain = ragged(lengths, tags), random_chain(tags)
    found, best = k_best(scores, chain, k), viterbi(scores, chain)
    each = brute_force(scores, chain)
    assert best.values.dtype == torch.int64
    for mine, one, (paths, values) in zip(found, best.to_list(), each, strict=True):
        logs, order = (values - values.logsumexp(0)).sort(descending=True)
        assert [path for path, _ in mine] == [paths[i] for i in order[:k]]
        found_logs = torch.tensor([log for _, log in mine], dtype=torch.float64)
        assert_close(found_logs, logs[:k])
        assert one.tolist() == mine[0][0]


@pytest.mark.parametrize("k", [1, 4, 40])
def test_of_equal_paths_the_lowest_tags_from_the_end_come_first(k):
    scores = Ragged(torch.zeros(3, 3), torch.tensor([3]))
    zeros = Chain(torch.zeros(3, 3), torch.zeros(3), torch.zeros(3))
    [found] = k_best(scores, zeros, k)
    paths = [[a, b, c] for c in range(3) for b in range(3) for a in range(3)]
    assert [path for path, _ in found] == paths[:k]
    assert viterbi(scores, zeros).values.tolist() == [0, 0, 0]


def test_scores_with_many_ties_give_distinct_paths_with_the_right_scores():
    generator = torch.Generator().manual_seed(3)
    scores = Ragged(
        torch.randint(0, 2, (12, 3), generator=generator).double(),
        torch.tensor([5, 3, 4]),
    )
    whole = [torch.randint(0, 2, s, generator=generator) for s in [(3, 3), (3,), (3,)]]
    chain = Chain(*(part.double() for part in whole))
    found, best = k_best(scores, chain, 20), viterbi(scores, chain).to_list()
    each = zip(found, best, brute_force(scores, chain), strict=True)
    for mine, one, (paths, values) in each:
        logs = values - values.logsumexp(0)
        assert len({tuple(path) for path, _ in mine}) == 20
        of = dict(zip(map(tuple, paths), logs.tolist(), strict=True))
        assert [log for _, log in mine] == pytest.approx(
            [of[tuple(p)] for p, _ in mine]
        )
        assert [log for _, log in mine] == pytest.approx(
            logs.sort(descending=True).values[:20].tolist()
        )
        assert one.tolist() == mine[0][0]


def test_constraints_hold_and_all_permitted_paths_are_found():
    scores, chain = ragged([4, 1, 3], 5), field(5, bio()).chain()
    found = k_best(scores, chain, 1000)
    for mine, (paths, _) in zip(found, brute_force(scores, chain), strict=True):
        permitted = {tuple(path) for path in paths if not broken(bio(), path)}
        assert {tuple(path) for path, _ in mine} == permitted
        assert sum(torch.tensor([log for _, log in mine]).exp()) == pytest.approx(1)


def test_constraints_hold_against_scores_that_ask_for_the_contrary():
    wanted = [2, 0, 4, 4, 2]  # I-X at first, I-Y behind O, I-X behind I-Y
    values = torch.zeros(5, 5).index_put(
        (torch.arange(5), torch.tensor(wanted)), torch.tensor(500.0)
    )
    scores = Ragged(values, torch.tensor([5]))
    chain = bio().chain()
    assert broken(bio(), wanted) == 3
    assert not broken(bio(), viterbi(scores, chain).values.tolist())
    assert not any(broken(bio(), path) for path, _ in k_best(scores, chain, 50)[0])


def test_a_softmax_with_constraints_alone_takes_the_likeliest_permitted_tags():
    scores = ragged([4, 2], 5).map(lambda values: values.log_softmax(1))
    for mine, row in zip(
        viterbi(scores, bio().chain()).to_list(), scores.to_list(), strict=True
    ):
        [(paths, values)] = brute_force(
            Ragged(row, torch.tensor([len(row)])), Chain(*map(torch.zeros_like, CHAIN))
        )
        of = {tuple(p): float(v) for p, v in zip(paths, values, strict=True)}
        best = max((p for p in of if not broken(bio(), list(p))), key=of.__getitem__)
        assert tuple(mine.tolist()) == best


CHAIN = random_chain(5)


def test_a_row_without_a_permitted_path_breaks_as_little_as_it_can():
    scores, chain = ragged([3, 2, 1], 2), field(2, pairs_only()).chain()
    found = k_best(scores, chain, 50)
    for mine, (paths, _) in zip(found, brute_force(scores, chain), strict=True):
        least = min(broken(pairs_only(), path) for path in paths)
        expected = {tuple(p) for p in paths if broken(pairs_only(), p) == least}
        assert {tuple(path) for path, _ in mine} == expected
    assert [len(mine) for mine in found] == [4, 1, 2]


def test_a_row_of_length_zero_has_one_path_and_it_is_certain():
    scores = Ragged(torch.zeros(0, 3), torch.tensor([0, 0]))
    assert k_best(scores, random_chain(3), 4) == [[([], 0.0)], [([], 0.0)]]
    assert viterbi(scores, random_chain(3)).values.shape == (0,)


def test_a_row_alone_has_the_same_paths_and_scores_as_in_a_batch():
    scores, chain = ragged([9, 0, 2, 14, 5], 6), random_chain(6)
    together = k_best(scores, chain, 5)
    for row in range(5):
        [alone] = k_best(scores.gather([row]), chain, 5)
        assert [path for path, _ in alone] == [path for path, _ in together[row]]
        logs = [log for _, log in together[row]]
        assert [log for _, log in alone] == pytest.approx(logs, rel=1e-13)


@pytest.mark.parametrize("k", [0, -1])
def test_fewer_than_one_path_is_refused(k):
    with pytest.raises(SettingError) as caught:
        k_best(ragged([2], 3), random_chain(3), k)
    assert caught.value.found == f"the {k} best paths were asked for."
    assert caught.value.expected == "a number from 1 on"
    assert caught.value.fix == "ask for at least one path"
