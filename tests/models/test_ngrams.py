"""Kneser-Ney by hand, against a slow reading of its equations, and as a whole."""

import math
from collections import Counter, defaultdict

import pytest
import torch

from unrolled.errors import BrokenModelError
from unrolled.models.ngram_counts import array
from unrolled.models.ngrams import NGrams, best_order, discounts
from unrolled.ragged import Ragged


def texts(*rows: list[int]) -> Ragged:
    flat = [token for row in rows for token in row]
    lengths = torch.tensor([len(row) for row in rows], dtype=torch.int64)
    return Ragged(torch.tensor(flat, dtype=torch.int64), lengths)


def random_texts(rows: int, *, tokens: int, seed: int, longest: int = 12) -> Ragged:
    """Lengths from 0, and tokens of which the first are much more frequent."""
    torch.manual_seed(seed)
    lengths = torch.randint(0, longest + 1, (rows,))
    values = (torch.rand(int(lengths.sum())) ** 2 * tokens).long()
    return Ragged(values, lengths)


class Slow:
    """The equations of the module, with dictionaries of tuples and no thought."""

    def __init__(self, rows: Ragged, *, order: int, tokens: int, boundary: int):
        self.order, self.tokens, self.boundary = order, tokens, boundary
        seen: Counter[tuple[int, ...]] = Counter()
        before: dict[tuple[int, ...], set[int]] = defaultdict(set)
        begins: Counter[tuple[int, ...]] = Counter()
        for row in rows.to_list():
            line = [boundary, *row.tolist()]
            for stop in range(2, len(line) + 1):
                for start in range(max(0, stop - order), stop):
                    gram = tuple(line[start:stop])
                    seen[gram] += 1
                    if start:
                        before[gram].add(line[start - 1])
                    else:
                        begins[gram] += 1
        self.counts: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
        for gram, times in seen.items():
            length = len(gram)
            kept = len(before[gram]) + begins[gram]
            self.counts[length][gram] = times if length == order else kept
        self.taken = {n: self.discounts(n) for n in range(1, order + 1)}

    def discounts(self, length: int) -> list[float]:
        n = Counter(self.counts[length].values())
        taken = [0.0, 0.5, 1.0, 1.5]
        if n[1]:
            y = n[1] / (n[1] + 2 * n[2])
            for k in (1, 2, 3):
                if n[k] and n[k + 1]:
                    d = k - (k + 1) * y * n[k + 1] / n[k]
                    taken[k] = d if 0 < d < k else taken[k]
        return taken

    def p(self, token: int, context: tuple[int, ...]) -> float:
        """`context` may begin with the boundary, which may stand nowhere else."""
        length = len(context) + 1
        shorter = self.p(token, context[1:]) if context else 1 / self.tokens
        of = {g: c for g, c in self.counts[length].items() if g[:-1] == context}
        total = sum(of.values())
        if not total:
            return shorter
        taken = self.taken[length]
        rest = sum(taken[min(c, 3)] for c in of.values()) / total
        count = of.get((*context, token), 0)
        return (count - taken[min(count, 3)]) / total + rest * shorter

    def context(self, row: list[int]) -> tuple[int, ...]:
        line = [self.boundary, *row]
        return tuple(line[len(line) - min(len(line), self.order - 1) :])


def test_two_rows_by_hand():
    """Rows a b a and a: ^a twice, ab and ba once; a follows two tokens, b one."""
    model = NGrams.fit(texts([0, 1, 0], [0]), order=2, tokens=3)
    # Length 1: a 2, b 1, so n1 = n2 = 1, Y = 1/3, D1 = 1/3, and D2 = 1 as there is
    # no n3; S = 3. Length 2: n1 = 2, n2 = 1, Y = 1/2, D1 = 1/2, D2 = 1.
    rest = (1 / 3 + 1) / 3
    a, b, c = (2 - 1) / 3 + rest / 3, (1 - 1 / 3) / 3 + rest / 3, rest / 3
    assert a + b + c == pytest.approx(1)
    begin = [(2 - 1) / 2 + a / 2, b / 2, c / 2]
    after_a = [a / 2, 1 / 2 + b / 2, c / 2]
    after_b = [1 / 2 + a / 2, b / 2, c / 2]
    found = model.next(texts([], [0], [1], [2]))
    expected = torch.tensor([begin, after_a, after_b, [a, b, c]])
    torch.testing.assert_close(found, expected.double())
    told = model.log_probabilities(texts([0, 1], [], [2]))
    wanted = [math.log(p) for p in (begin[0], after_a[1], begin[2])]
    assert told.tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
@pytest.mark.parametrize("boundary", [None, 0], ids=["its own", "a token's"])
def test_equals_a_slow_reading_of_the_equations(order, boundary):
    tokens = 5
    rows = random_texts(60, tokens=tokens, seed=order)
    if boundary == 0:  # a token that ends rows, as one symbol for both ends would
        rows = texts(*([t or 1 for t in row] + [0] for row in map(list_of, rows)))
    model = NGrams.fit(rows, order=order, tokens=tokens, boundary=boundary)
    mark = tokens if boundary is None else boundary
    slow = Slow(rows, order=order, tokens=tokens, boundary=mark)
    new = random_texts(8, tokens=tokens, seed=100)
    pairs = [(row[:k], row[k]) for row in map(list_of, new) for k in range(len(row))]
    expected = [math.log(slow.p(token, slow.context(c))) for c, token in pairs]
    assert model.log_probabilities(new).tolist() == pytest.approx(expected)
    following = model.next(texts(*(context for context, _ in pairs)))
    told = [following[k, token] for k, (_, token) in enumerate(pairs)]
    assert [math.log(p) for p in told] == pytest.approx(expected)


def list_of(row: torch.Tensor) -> list[int]:
    return row.tolist()


@pytest.mark.parametrize("order", [1, 2, 4, 6])
@pytest.mark.parametrize(
    "rows",
    [
        texts(),
        texts([]),
        texts([3]),
        texts([1] * 30),
        texts([1, 2, 3, 0] * 40),
        random_texts(2, tokens=5, seed=1),
        random_texts(300, tokens=5, seed=2),
    ],
    ids=["no row", "empty", "one token", "one token often", "a loop", "few", "many"],
)
def test_every_context_has_a_distribution_without_zeros(order, rows):
    model = NGrams.fit(rows, order=order, tokens=5)
    found = model.next(random_texts(200, tokens=5, seed=3, longest=7))
    assert found.shape == (200, 5)
    torch.testing.assert_close(found.sum(1), torch.ones(200).double())
    assert bool((found > 0).all())
    every = texts(*([1, 2, token] for token in range(5)))
    last = model.log_probabilities(every).view(5, 3)[:, 2]
    torch.testing.assert_close(last.exp().sum(), torch.tensor(1.0).double())


def test_only_the_last_tokens_of_a_context_count():
    rows = random_texts(80, tokens=6, seed=4)
    model = NGrams.fit(rows, order=3, tokens=6)
    found = model.next(texts([5, 5, 1, 2], [1, 2], [4, 1, 2], [2]))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
    assert not torch.equal(found[0], found[3])


def test_a_row_tells_nothing_of_the_next():
    rows = random_texts(50, tokens=4, seed=5)
    model = NGrams.fit(rows, order=4, tokens=4)
    alone = [model.log_probabilities(texts(row)) for row in map(list_of, rows)]
    assert torch.equal(model.log_probabilities(rows), torch.cat(alone))


def test_discounts_by_hand():
    """n1 = 4, n2 = 2, n3 = 1, n4 = 1: Y = 1/2, D2 = 2 - 3/4, D3 = 3 - 2."""
    counts = torch.tensor([1, 1, 1, 1, 2, 2, 3, 4, 9, 0, 0])
    assert discounts(array(counts)).tolist() == pytest.approx([0, 0.5, 1.25, 1.0])


def test_discounts_stay_between_0_and_their_count():
    """Without counts of 1, or where the formula gives less than 0, the usual ones."""
    dense, falling = torch.tensor([7, 8, 9]), torch.tensor([1, 1, 2, 3, 3, 3, 3])
    assert discounts(array(dense)).tolist() == [0, 0.5, 1, 1.5]
    assert discounts(array(falling)).tolist() == [0, 0.5, 1, 1.5]


def test_the_best_order_is_the_one_that_fits_the_other_rows():
    """A token that says what comes two later: order 3 knows, order 2 cannot."""
    torch.manual_seed(0)
    pairs = torch.randint(0, 4, (600, 2))
    rows = torch.cat([pairs, pairs], 1)  # a b a b
    train = Ragged(rows[:500].flatten(), torch.full((500,), 4))
    valid = Ragged(rows[500:].flatten(), torch.full((100,), 4))
    model = best_order(train, valid, tokens=4, orders=(1, 2, 3))
    assert model.order == 3
    one = NGrams.fit(train, order=3, tokens=4)
    found, expected = (m.log_probabilities(valid) for m in (model, one))
    assert torch.equal(found, expected)


def test_an_id_beyond_the_vocabulary_is_refused():
    with pytest.raises(IndexError, match="ids from 0 to 3 of 3 tokens"):
        NGrams.fit(texts([0, 3]), order=2, tokens=3)
    model = NGrams.fit(texts([0, 1]), order=2, tokens=3)
    with pytest.raises(IndexError, match="ids from -1 to -1"):
        model.log_probabilities(texts([-1]))


# -- in a model folder ---------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 5])
def test_what_is_kept_gives_the_same_numbers(order):
    rows = random_texts(100, tokens=300, seed=6)
    model = NGrams.fit(rows, order=order, tokens=300)
    again = NGrams.restore(model.state())
    assert (again.order, again.tokens) == (order, 300)
    new = random_texts(30, tokens=300, seed=7)
    assert torch.equal(model.log_probabilities(new), again.log_probabilities(new))
    assert torch.equal(model.next(new), again.next(new))


def test_an_ngram_takes_few_bytes():
    state = NGrams.fit(random_texts(500, tokens=200, seed=8), order=4, tokens=200)
    kept = state.state()
    assert {name: t.dtype for name, t in kept.items() if name.endswith("4.last")} == {
        "ngrams.4.last": torch.uint8
    }
    grams = sum(len(t) for name, t in kept.items() if name.endswith("last"))
    assert sum(t.nbytes for t in kept.values()) < 4 * grams


BROKEN = {
    "nothing": (lambda s: s.clear(), '"ngrams" is no list of whole numbers'),
    "a table": (lambda s: s.pop("ngrams.3.last"), '"ngrams.3.last" is no list'),
    "order": (lambda s: s["ngrams"].fill_(0), "order 0, boundary 0, 6 ids"),
    "boundary": (lambda s: s["ngrams"].fill_(6), "order 6, boundary 6, 6 ids"),
    "sizes": (
        lambda s: s.update({"ngrams": torch.tensor([1, 2, 3])}),
        '"ngrams" has 3 numbers in place of 2',
    ),
    "kind": (
        lambda s: s.update({"ngrams.2.last": s["ngrams.2.last"].float()}),
        '"ngrams.2.last" is no list',
    ),
    "shape": (
        lambda s: s.update({"ngrams.2.last": s["ngrams.2.last"][None]}),
        '"ngrams.2.last" is no list',
    ),
    "range": (
        lambda s: s.update({"ngrams.2.counts": -s["ngrams.2.counts"].short()}),
        '"ngrams.2.counts" has numbers below 0',
    ),
    "zero": (lambda s: s["ngrams.2.counts"].fill_(0), '"ngrams.2" has a count of 0'),
    "token": (lambda s: s["ngrams.2.last"].fill_(6), "last tokens that do not fit"),
    "twice": (lambda s: s["ngrams.2.last"].fill_(1), '"ngrams.2" is not in order'),
    "many": (lambda s: s["ngrams.2.many"].fill_(1), "last tokens that do not fit"),
    "short": (
        lambda s: s.update({"ngrams.3.many": s["ngrams.3.many"][1:]}),
        '"ngrams.3.many" has',
    ),
}


@pytest.mark.parametrize(("damage", "said"), BROKEN.values(), ids=BROKEN)
def test_damaged_tensors_are_refused(damage, said):
    rows = random_texts(100, tokens=5, seed=9)
    state = NGrams.fit(rows, order=3, tokens=5).state()
    damage(state)
    with pytest.raises(BrokenModelError) as caught:
        NGrams.restore(state)
    assert said in caught.value.found
    assert caught.value.found.startswith("the n-grams of the model are damaged: ")
    assert caught.value.fix == "copy the model folder again, or train again"
