"""Texts to corrected texts, in rounds: what one has put right, the next one reads.

    round 1   He go  to  the school yesturday   →   He go  to school yesterday
    round 2   He go  to  school yesterday       →   He went to school yesterday

A sentence in which a round changes nothing is left alone from then on. Reference: the
iterative refinement of Awasthi et al. 2019, arXiv:1910.02893, section 3.
"""

from collections.abc import Sequence
from typing import Any, final

from unrolled.tasks._correct.decision import Decision
from unrolled.tasks._correct.draft import Change, Draft
from unrolled.tasks._correct.input import EditInput
from unrolled.tasks._correct.proposals import Proposal, Proposer
from unrolled.tasks._correct.sentence import Sentence, sentences


@final
class Corrector:
    """What is needed to correct texts."""

    def __init__(
        self, reads: EditInput, proposer: Proposer, decision: Decision, rounds: int
    ) -> None:
        self.reads, self.proposer = reads, proposer
        self.decision, self.rounds = decision, rounds

    def correct(self, texts: Sequence[str]) -> list[Draft]:
        """Each text with what was changed in it."""
        drafts = [Draft(text) for text in texts]
        waiting = list(range(len(drafts)))
        fine: set[tuple[str, ...]] = set()
        for _ in range(self.rounds):
            asked = [
                (number, sentence)
                for number in waiting
                for sentence in sentences(drafts[number].text)
                if sentence.has_letters and tuple(sentence.words) not in fine
            ]
            if not asked:
                break
            waiting = self._round(drafts, asked, fine)
        return drafts

    def _round(
        self,
        drafts: list[Draft],
        asked: list[tuple[int, Sentence]],
        fine: set[tuple[str, ...]],
    ) -> list[int]:
        """Changes the drafts; returns which of them it has changed."""
        chosen: dict[int, list[Change]] = {}
        words = [sentence.words for _, sentence in asked]
        touched: set[int] = set()
        for proposal, chance in self.decision.chosen(self.proposals(words)):
            number, sentence = asked[proposal.sentence]
            touched.add(proposal.sentence)
            edit = Change(*sentence.changed(*proposal.change), proposal.kind, chance)
            mine = chosen.setdefault(number, [])
            # Two words that go may both want the blank between them.
            if not mine or mine[-1].stop <= edit.start:
                mine.append(edit)
        fine |= {tuple(w) for n, w in enumerate(words) if n not in touched}
        for number, changes in chosen.items():
            drafts[number].apply(changes)
        return sorted(chosen)

    def proposals(self, rows: Sequence[Sequence[str]]) -> list[Proposal]:
        """What could be changed in sentences of words."""
        network: Any = self.proposer.network
        outputs = network(self.reads.encode(rows).read)
        return self.proposer.proposals(rows, outputs)
