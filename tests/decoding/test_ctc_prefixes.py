"""The prefix beam against all paths, also with a language model and a lexicon."""

from itertools import groupby, product
from math import log

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from unrolled.decoding.ctc_greedy import GreedyPath, Heard
from unrolled.decoding.ctc_lexicon import Lexicon
from unrolled.decoding.ctc_prefixes import PrefixSearch
from unrolled.decoding.ctc_scorer import AbstractScorer
from unrolled.errors import DivergedError, SettingError, ShapeError

EVERYTHING = 100_000
SEPARATOR = 3

Ids = tuple[int, ...]


def random_frames(frames: int, symbols: int, *, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return (2 * torch.randn(frames, symbols, generator=generator)).log_softmax(1)


def certain(*symbols: int, of: int = 4, p: float = 0.9) -> Tensor:
    """In each frame that symbol with probability p, the others alike."""
    frames = torch.full((len(symbols), of), (1 - p) / (of - 1))
    frames[range(len(symbols)), list(symbols)] = p
    return frames.log()


def collapsed(path: Ids) -> Ids:
    return tuple(symbol for symbol, _ in groupby(path) if symbol)


def brute_force(frames: Tensor) -> dict[Ids, float]:
    """Log-probability of everything that can be heard, over all paths."""
    rows = frames.double().exp().tolist()
    found: dict[Ids, float] = {}
    for path in product(range(frames.shape[1]), repeat=len(frames)):
        p = 1.0
        for row, symbol in zip(rows, path, strict=True):
            p *= row[symbol]
        ids = collapsed(path)
        found[ids] = found.get(ids, 0.0) + p
    return {ids: log(p) for ids, p in found.items()}


class Bigrams(AbstractScorer[int]):
    """Random ones; a state is the last symbol."""

    def __init__(self, symbols: int) -> None:
        self.log_p = random_frames(symbols, symbols, seed=9)
        self.asked: list[int] = []

    def begin(self) -> tuple[int, Tensor]:
        return 0, self.log_p[0]

    def extend(self, states: list[int], ids: list[int]) -> tuple[list[int], Tensor]:
        self.asked.append(len(states))
        return ids, self.log_p[ids]

    def of(self, ids: Ids, *, ended: bool) -> float:
        follow = (*ids, 0) if ended else ids
        return sum(
            float(self.log_p[one, other])
            for one, other in zip((0, *ids), follow, strict=False)
        )


class Histories(AbstractScorer[Ids]):
    """A state is all symbols so far, to see that each is asked for the right one."""

    def begin(self) -> tuple[Ids, Tensor]:
        return (), self._scores(())

    def extend(self, states: list[Ids], ids: list[int]) -> tuple[list[Ids], Tensor]:
        new = [(*state, symbol) for state, symbol in zip(states, ids, strict=True)]
        return new, torch.stack([self._scores(state) for state in new])

    def of(self, ids: Ids) -> float:
        after = [ids[:n] for n in range(len(ids) + 1)]
        next_ids = (*ids, 0)
        return sum(
            float(self._scores(state)[symbol])
            for state, symbol in zip(after, next_ids, strict=True)
        )

    def _scores(self, state: Ids) -> Tensor:
        return random_frames(1, 3, seed=1 + hash(state) % 10_000)[0]


def textbook(frames: Tensor, width: int, scorer: "Bigrams | None") -> dict[Ids, float]:
    """The scores of the prefixes in view after the last frame, by plain tables."""
    beam: dict[Ids, list[float]] = {(): [1.0, 0.0]}

    def score(ids: Ids, ends: list[float]) -> float:
        extra = 0.5 * scorer.of(ids, ended=False) if scorer else 0.0
        return log(sum(ends)) + extra if sum(ends) else -torch.inf

    for row in frames.double().exp().tolist():
        new: dict[Ids, list[float]] = {}
        for ids, (blank, voiced) in beam.items():
            for symbol, p in enumerate(row):
                if symbol == 0:
                    new.setdefault(ids, [0.0, 0.0])[0] += (blank + voiced) * p
                    continue
                same = ids[-1:] == (symbol,)
                if same:
                    new.setdefault(ids, [0.0, 0.0])[1] += voiced * p
                mass = blank if same else blank + voiced
                new.setdefault((*ids, symbol), [0.0, 0.0])[1] += mass * p
        best = sorted(new, key=lambda ids: -score(ids, new[ids]))
        beam = {ids: new[ids] for ids in best[:width]}
    return {ids: score(ids, ends) for ids, ends in beam.items()}


SIZES = [(0, 3), (1, 1), (1, 4), (3, 2), (4, 3), (5, 4), (7, 3)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_with_everything_in_view_each_probability_is_exact(size, seed):
    frames = random_frames(*size, seed=seed)
    every = brute_force(frames)
    found = PrefixSearch(width=EVERYTHING, smallest=0).best(frames, EVERYTHING)
    assert len(found) == len(every)
    assert_close({one.ids: one.log_probability for one in found}, every)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert scores == [one.log_probability for one in found]


@pytest.mark.parametrize("seed", range(10))
def test_a_narrow_beam_never_claims_more_than_there_is(seed):
    frames = random_frames(6, 4, seed=seed)
    every = brute_force(frames)
    best = max(every, key=lambda ids: every[ids])
    for width in (1, 2, 5, 40):
        found = PrefixSearch(width=width, smallest=0).best(frames, width)
        assert len(found) == width
        assert len({one.ids for one in found}) == width
        for one in found:
            assert one.log_probability <= every[one.ids] + 1e-6
    assert found[0].ids == best


@pytest.mark.parametrize("width", [1, 2, 5, 16])
@pytest.mark.parametrize("scored", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_narrow_beam_is_that_of_the_textbooks(seed, scored, width):
    frames = random_frames(40, 6, seed=seed)
    scorer = Bigrams(6) if scored else None
    beam = PrefixSearch(width=width, smallest=0.0, scorer=scorer).begin()
    beam.accept(frames)
    expected = textbook(frames, width, scorer)
    found = beam.best(width)
    assert_close({one.ids: one.score for one in found}, expected)
    assert [one.ids for one in found] == list(expected)


def test_many_small_paths_win_over_the_one_best_path():
    # a 0.4, blank 0.6, twice: silence by one path, 0.36; "a" by three, 0.64.
    frames = torch.tensor([[0.6, 0.4], [0.6, 0.4]]).log()
    [found] = PrefixSearch(width=2).best(frames)
    assert found.ids == (1,)
    assert found.log_probability == pytest.approx(log(0.64))
    greedy = GreedyPath()
    greedy.accept(frames)
    [best_path] = greedy.finish()
    assert best_path.ids == ()
    assert best_path.log_probability == pytest.approx(log(0.36))


def test_a_symbol_comes_twice_only_with_a_blank_between():
    for path, ids in [
        ((1, 1), (1,)),
        ((1, 0, 1), (1, 1)),
        ((0, 1, 1, 0, 0, 1, 2, 2, 1), (1, 1, 2, 1)),
    ]:
        frames = certain(*path)
        greedy = GreedyPath()
        greedy.accept(frames)
        for found in (PrefixSearch().best(frames)[0], greedy.best()[0]):
            assert found.ids == ids == collapsed(path)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("weight", "bonus"), [(0.5, 0.0), (2.0, 1.5), (0.0, -0.7)])
def test_language_model_and_bonus_make_the_score(seed, weight, bonus):
    frames = random_frames(5, 3, seed=seed)
    scorer = Bigrams(3)
    search = PrefixSearch(
        width=EVERYTHING, smallest=0, scorer=scorer, weight=weight, bonus=bonus
    )
    every = brute_force(frames)
    ends = {
        ids: nats + weight * scorer.of(ids, ended=True) + bonus * len(ids)
        for ids, nats in every.items()
    }
    found = search.best(frames, EVERYTHING)
    assert_close({one.ids: one.log_probability for one in found}, every)
    assert_close({one.ids: one.score for one in found}, ends)
    assert [one.ids for one in found] == sorted(ends, key=lambda ids: -ends[ids])

    beam = search.begin()
    beam.accept(frames)
    partial = beam.best(EVERYTHING)
    running = {
        ids: nats + weight * scorer.of(ids, ended=False) + bonus * len(ids)
        for ids, nats in every.items()
    }
    assert_close({one.ids: one.score for one in partial}, running)
    assert [one.ids for one in partial] == sorted(running, key=lambda i: -running[i])


@pytest.mark.parametrize("width", [1, 3, 10])
def test_every_state_of_the_language_model_has_its_own_symbols(width):
    """Also those of prefixes that left the beam, and came again."""
    scorer = Histories()
    for seed in range(8):
        frames = random_frames(25, 3, seed=seed)
        search = PrefixSearch(width=width, scorer=scorer, weight=1.0)
        for one in search.best(frames, width):
            assert one.score - one.log_probability == pytest.approx(scorer.of(one.ids))


def test_the_language_model_is_asked_for_many_at_once_and_never_in_silence():
    scorer = Bigrams(4)
    search = PrefixSearch(width=5, scorer=scorer)
    search.best(certain(1, 0, 0, 0, 0, 0, p=0.9999))
    assert scorer.asked == [1]  # at the end alone: of one that was likely enough
    scorer.asked.clear()
    search.best(random_frames(10, 4))
    assert 1 < max(scorer.asked) <= 5
    assert len(scorer.asked) <= 10


def test_what_the_language_model_forbids_is_not_heard():
    scorer = Bigrams(3)
    scorer.log_p[:, 2] = -torch.inf
    search = PrefixSearch(width=EVERYTHING, smallest=0, scorer=scorer)
    found = search.best(random_frames(4, 3), EVERYTHING)
    assert found
    assert not any(2 in one.ids for one in found)


WORDS = [(1,), (1, 2), (2, 2)]


def is_made_of_words(ids: Ids) -> bool:
    if not ids:
        return True
    text = "".join(map(str, ids)).split(str(SEPARATOR))
    return all(tuple(map(int, word)) in WORDS for word in text)


@pytest.mark.parametrize("seed", range(3))
def test_with_a_lexicon_exactly_its_words_are_heard(seed):
    frames = random_frames(6, 4, seed=seed)
    every = {
        ids: nats for ids, nats in brute_force(frames).items() if is_made_of_words(ids)
    }
    lexicon = Lexicon.of(WORDS, separator=SEPARATOR)
    search = PrefixSearch(width=EVERYTHING, smallest=0, lexicon=lexicon)
    found = search.best(frames, EVERYTHING)
    assert len(every) > 5
    assert_close({one.ids: one.log_probability for one in found}, every)


@pytest.mark.parametrize("words", [[(1,), (1, 2), (2, 2, 3)], [(1, 2), (1,), (2, 1)]])
def test_joined_words_follow_each_other_directly(words):
    frames = random_frames(6, 4, seed=1)
    joined = {
        tuple(symbol for word in several for symbol in word)
        for count in range(7)
        for several in product(words, repeat=count)
    }
    every = {ids: nats for ids, nats in brute_force(frames).items() if ids in joined}
    lexicon = Lexicon.of(words, separator=None, joined=True)
    search = PrefixSearch(width=EVERYTHING, smallest=0, lexicon=lexicon)
    found = search.best(frames, EVERYTHING)
    assert len(every) > 5
    assert_close({one.ids: one.log_probability for one in found}, every)


def test_the_places_of_a_lexicon_are_few_however_long_the_text():
    lexicon = Lexicon.of([(1,), (1, 2)], separator=None, joined=True)
    place, seen = lexicon, set()
    for symbol in [1, 1, 2, 1, 1, 1, 2] * 20:
        place = place.after(symbol)
        assert place
        assert place.ends
        seen.add(id(place))
    assert len(seen) == 2


def test_without_a_separator_one_word_of_the_lexicon_is_heard():
    frames = random_frames(6, 4, seed=1)
    lexicon = Lexicon.of([*WORDS, (3, 3)], separator=None)
    search = PrefixSearch(width=EVERYTHING, smallest=0, lexicon=lexicon)
    found = search.best(frames, EVERYTHING)
    assert {one.ids for one in found} == {(), *WORDS, (3, 3)}


@pytest.mark.parametrize("width", [1, 2, 10])
@pytest.mark.parametrize("seed", range(10))
def test_a_narrow_beam_too_gives_whole_words_and_each_text_once(seed, width):
    frames = random_frames(30, 4, seed=seed)
    lexicon = Lexicon.of(WORDS, separator=SEPARATOR)
    found = PrefixSearch(width=width, lexicon=lexicon).best(frames, width)
    assert found
    assert all(is_made_of_words(one.ids) for one in found)
    assert len({one.ids for one in found}) == len(found)


def test_what_stops_amid_a_word_is_given_up_to_the_last_whole_one():
    lexicon = Lexicon.of([(1, 1), (2, 1)], separator=SEPARATOR)
    beam = PrefixSearch(width=1, lexicon=lexicon).begin()
    beam.accept(certain(2, 1, 3, 1))
    assert beam.best()[0].ids == (2, 1, 3, 1)
    assert beam.finish() == [beam.best()[0]._replace(ids=(2, 1))]
    beam.accept(certain(0, 1))
    assert beam.finish()[0].ids == (2, 1, 3, 1, 1)


@pytest.mark.parametrize("chunk", [1, 2, 7, 31])
@pytest.mark.parametrize("what", ["greedy", "plain", "scored", "lexicon"])
def test_in_chunks_the_same_bits_are_heard_as_of_the_whole(what, chunk):
    frames = random_frames(60, 4)
    lexicon = Lexicon.of(WORDS, separator=SEPARATOR)
    make = {
        "greedy": GreedyPath,
        "plain": PrefixSearch(width=7).begin,
        "scored": PrefixSearch(width=7, scorer=Bigrams(4)).begin,
        "lexicon": PrefixSearch(width=7, lexicon=lexicon).begin,
    }[what]
    whole, parts = make(), make()
    whole.accept(frames)
    for part in frames.split(chunk):
        parts.accept(part)
        parts.accept(part[:0])
        parts.best(3)
        parts.finish(3)  # asking does not change what is heard later
    assert parts.best(7) == whole.best(7)
    assert parts.finish(7) == whole.finish(7)


def test_with_no_frames_silence_was_heard():
    for beam in (GreedyPath(), PrefixSearch().begin()):
        assert beam.best() == beam.finish() == [Heard((), 0.0, 0.0)]
        beam.accept(torch.zeros(0, 5))
        assert beam.finish(3) == [Heard((), 0.0, 0.0)]
    [found] = PrefixSearch(scorer=Bigrams(3), weight=2.0).best(torch.zeros(0, 3))
    assert found.score == pytest.approx(2 * float(Bigrams(3).log_p[0, 0]))


def test_of_equals_those_in_view_before_come_first_then_lower_symbols():
    frames = torch.full((1, 3), 1 / 3).log()
    found = PrefixSearch(width=3).best(frames, 3)
    assert [one.ids for one in found] == [(), (1,), (2,)]
    greedy = GreedyPath()
    greedy.accept(frames)
    assert greedy.best()[0].ids == ()


def test_symbols_below_the_smallest_probability_start_nothing():
    frames = certain(0, 1, 0, p=0.97)  # the others have 0.01
    heard = [one.ids for one in PrefixSearch(smallest=0.02).best(frames, 99)]
    assert heard == [(1,), ()]
    assert len(PrefixSearch(smallest=0.0, width=99).best(frames, 99)) > 9


def test_what_is_impossible_leaves_an_answer_all_the_same():
    frames = torch.full((3, 3), -torch.inf)
    frames[:, 2] = 0.0
    lexicon = Lexicon.of([(1,)], separator=None)
    [found] = PrefixSearch(lexicon=lexicon, width=1).best(frames)
    assert found.ids == ()
    assert found.log_probability == pytest.approx(3 * log(1e-100))
    [found] = PrefixSearch(width=1).best(frames)
    assert found == Heard((2,), 0.0, 0.0)


def test_a_long_utterance_keeps_no_more_of_the_tree_than_is_in_view():
    beam = PrefixSearch(width=4, smallest=0.0).begin()
    beam.accept(random_frames(400, 5))
    best = beam.best(4)
    kept, waiting = 0, [beam.root]
    while waiting:
        kept += 1
        waiting += waiting.pop().children.values()
    assert kept <= sum(len(one.ids) for one in best) + 1


def test_frames_of_another_shape_or_without_numbers_are_refused():
    for beam in (GreedyPath(), PrefixSearch().begin()):
        with pytest.raises(ShapeError, match=r"have the shape \(2, 3, 4\)"):
            beam.accept(torch.zeros(2, 3, 4))
        with pytest.raises(ShapeError, match=r"have the shape \(2, 0\)"):
            beam.accept(torch.zeros(2, 0))
        with pytest.raises(DivergedError, match="not a number"):
            beam.accept(torch.tensor([[0.0, torch.nan]]))


def test_a_search_that_makes_no_sense_is_refused():
    for wrong, words in [
        (lambda: PrefixSearch(width=0), "a beam of width 0 was asked for"),
        (lambda: PrefixSearch(smallest=2), "smallest probability of a symbol is 2"),
        (lambda: PrefixSearch(weight=-1), "weight of the language model is -1"),
        (lambda: Lexicon.of([], separator=0), "the lexicon holds no words"),
        (lambda: Lexicon.of([()], separator=0), "a word of the lexicon is empty"),
        (lambda: Lexicon.of([(1, 3)], separator=3), "has the separator of words"),
    ]:
        with pytest.raises(SettingError, match=words):
            wrong()
