"""What could be changed in a sentence, and what speaks for and against each change.

    She go to school .       goes        tag −0.4   keep −1.1   language 3.4
                             went        tag −2.9   keep −1.1   language 0.2

The network names kinds and words, the spelling corrector what a misspelled word may
have meant, whatever the network says of it; the n-grams say what the sentence gains.
Which of them is done is decided in _correct/decision.py.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

import torch
from torch import Tensor

from unrolled.models.edit_tagger import EditTagger
from unrolled.models.spelling import Spelling
from unrolled.ragged import Ragged
from unrolled.tasks._correct.align import CLITICS
from unrolled.tasks._correct.judge import Judge
from unrolled.tasks._correct.sentence import whole_text
from unrolled.tasks._correct.tags import (
    INSERT,
    KEEP,
    KINDS,
    NUMBER,
    REPLACE,
    SPELL,
    SPLIT,
    Changed,
    Tag,
    changed,
)
from unrolled.text.vocabulary import UNKNOWN, Vocabulary

LEAST = 0.02  # probability of a kind that is looked at
WORDS = 4  # of a kind that needs a word, the most probable ones
NEAR = 6  # words that a misspelled one may have meant
MOST_NATS = 12.0  # further than this apart, n-grams tell no more
MISSPELLED = (SPELL, SPLIT)
TAILS = {clitic.replace("'", ""): clitic for clitic in CLITICS}
"""Clitics by their letters, for words that are right without an apostrophe, too."""
SOUND = {
    "your": ("you", "'re"),
    "their": ("they", "'re"),
    "there": ("they", "'re"),
    "theirs": ("there", "'s"),
    "whose": ("who", "'s"),
}
"""Words that are taken for two others, since they sound alike."""
CONTEXT = 0.5  # the weight of the n-grams in which word was meant
SURE = 8.0  # log-odds beyond which the spelling corrector is not believed


class _Found(NamedTuple):
    """A tag, and the evidence for it that does not come from the n-grams."""

    tag: Tag
    log: float
    wrong: float = 0.0
    meant: float = 0.0


class Evidence(NamedTuple):
    """What is known of a change, in nats."""

    tag: float
    """log P of the tag and of its word, says the network."""
    keep: float
    """log P that the word stays."""
    language: float = 0.0
    """How much likelier the sentence gets, say the n-grams."""
    wrong: float = 0.0
    """The log-odds that the word is misspelled, says the spelling corrector."""
    meant: float = 0.0
    """log P of this word among those that may have been meant."""


class Proposal(NamedTuple):
    """A change of a sentence, and what is known of it."""

    sentence: int
    """Which of the sentences that were asked."""
    place: int
    """The word that it hangs on, from <begin>."""
    kind: str
    change: Changed
    evidence: Evidence


@dataclass(frozen=True)
class Lists:
    """The words that may be put in place of others, or in behind them."""

    replacements: Vocabulary
    insertions: Vocabulary


@final
class Proposer:
    """What the network, the spelling corrector and the n-grams find together."""

    def __init__(
        self, network: EditTagger, lists: Lists, spelling: Spelling, judge: Judge
    ) -> None:
        self.network, self.lists = network, lists
        self.spelling, self.judge = spelling, judge

    def proposals(
        self, sentences: Sequence[Sequence[str]], outputs: Ragged
    ) -> list[Proposal]:
        """All that is worth a thought; outputs (tokens, width) with <begin>."""
        kinds = self.network.kinds(outputs.values)
        found = list(self._all(sentences, outputs, kinds))
        gains = self.judge.gains([(sentences[p.sentence], p.change) for p in found])
        weighed = [
            p._replace(evidence=p.evidence._replace(language=_within(gain)))
            for p, gain in zip(found, gains, strict=True)
        ]
        return _compared(weighed)

    def _all(
        self, sentences: Sequence[Sequence[str]], outputs: Ragged, kinds: Tensor
    ) -> Iterator[Proposal]:
        likely = self._likely(outputs.values, kinds)
        keep = kinds[:, NUMBER[KEEP]].tolist()
        spell = kinds[:, NUMBER[SPELL]].tolist()
        split = kinds[:, NUMBER[SPLIT]].tolist()
        offsets = outputs.offsets.tolist()
        for number, words in enumerate(sentences):
            for place in range(len(words) + 1):
                token = offsets[number] + place
                tagged = list(likely.get(token, []))
                if place:
                    logs = {SPELL: spell[token], SPLIT: split[token]}
                    tagged += self._misspelled(words, place, logs)
                    tagged += self._halves(words[place - 1], split[token])
                seen: set[Changed] = set()
                for tag, log, wrong, meant in tagged:
                    change = changed(words, place, tag)
                    if change is None or change in seen:
                        continue
                    seen.add(change)
                    evidence = Evidence(log, keep[token], 0.0, wrong, meant)
                    yield Proposal(number, place, tag.kind, change, evidence)

    def _likely(self, outputs: Tensor, kinds: Tensor) -> dict[int, list[_Found]]:
        """For tokens that may be wrong the tags of the network."""
        found: dict[int, list[_Found]] = {}
        probable = kinds > math.log(LEAST)
        probable[:, NUMBER[KEEP]] = False
        probable[:, NUMBER[SPELL]] = False
        for token, kind in probable.nonzero().tolist():
            if KINDS[kind] not in (REPLACE, INSERT, SPLIT):
                one = _Found(Tag(KINDS[kind]), float(kinds[token, kind]))
                found.setdefault(token, []).append(one)
        for kind, head, known in (
            (REPLACE, self.network.replace, self.lists.replacements),
            (INSERT, self.network.insert, self.lists.insertions),
        ):
            tokens = probable[:, NUMBER[kind]].nonzero()[:, 0]
            logs = head.log_probabilities(outputs[tokens])
            logs[:, UNKNOWN] = -math.inf
            top = logs.topk(min(WORDS, logs.shape[1]), dim=1)
            base = kinds[tokens, NUMBER[kind]]
            each = (base[:, None] + top.values).tolist()
            for token, ids, values in zip(
                tokens.tolist(), top.indices.tolist(), each, strict=True
            ):
                found.setdefault(token, []).extend(
                    _Found(Tag(kind, known.token(i)), log)
                    for i, log in zip(ids, values, strict=True)
                    if log > 2 * math.log(LEAST)
                )
        return found

    def _misspelled(
        self, words: Sequence[str], place: int, logs: Mapping[str, float]
    ) -> Iterator[_Found]:
        word = words[place - 1]
        judged = self.spelling.judge(word, opens=place == 1)
        if not judged.candidates:
            return
        odds = _logit(judged.wrong)
        for one in judged.candidates[:NEAR]:
            new = whole_text(one.word).words  # as right text has it: do n't
            kind = SPLIT if len(new) > 1 else SPELL
            tag = Tag(kind, " ".join(new))
            yield _Found(tag, logs[kind], odds, one.log_probability)

    def _halves(self, word: str, log: float) -> Iterator[_Found]:
        """Two words that may have been meant by a known one: everyday, its, your."""
        if log < math.log(LEAST) or not self.spelling.knows(word):
            return
        cuts = [(word[:cut], word[cut:]) for cut in range(1, len(word))]
        cuts += [(left, TAILS[right]) for left, right in cuts if right in TAILS]
        if word.lower() in SOUND:
            left, right = SOUND[word.lower()]
            cuts.append((word[0] + left[1:], right))
        for halves in cuts:
            if all(self.judge.is_usual(half) for half in halves):
                yield _Found(Tag(SPLIT, " ".join(halves)), log)


def _compared(proposals: list[Proposal]) -> list[Proposal]:
    """With log P of what was meant: among all that one word may have been meant for.

    The spelling corrector and the n-grams together say which of them it is.
    """
    each: dict[tuple[int, int], list[float]] = defaultdict(list)
    for p in proposals:
        if p.kind in MISSPELLED:
            each[p.sentence, p.place].append(_meant(p))
    sums = {where: _log_sum(some) for where, some in each.items()}
    return [
        p._replace(
            evidence=p.evidence._replace(meant=_meant(p) - sums[p.sentence, p.place])
        )
        if p.kind in MISSPELLED
        else p
        for p in proposals
    ]


def _log_sum(numbers: Sequence[float]) -> float:
    top = max(numbers)
    return top + math.log(sum(math.exp(number - top) for number in numbers))


def _meant(proposal: Proposal) -> float:
    return proposal.evidence.meant + CONTEXT * proposal.evidence.language


def _logit(chance: float) -> float:
    low = 1 / (1 + math.exp(SURE))
    chance = min(max(chance, low), 1 - low)
    return math.log(chance / (1 - chance))


def _within(gain: float) -> float:
    return min(max(gain, -MOST_NATS), MOST_NATS)


def places_of(sentences: Sequence[Sequence[str]]) -> Tensor:
    """How many words each sentence has, <begin> among them: (sentences,)."""
    return torch.tensor([len(words) + 1 for words in sentences], dtype=torch.int64)
