"""The run that corrects a text, for who looks inside: see tasks/_seeing.py.

    inputs    <s>    She    go     in          school   yesturday
    chosen    keep   keep   past   replace     keep     spell        kinds of edits
    scores    log P of every kind for each word, as the network has them

It is the first round: the text as it was given, each sentence with its <s>. Rounds
after it read what the first has changed, and mostly keep it; what they have changed is
in the answer and in the part "changes". The answer weighs what the network says with
spelling and n-grams, so the kind it took may not be the one with the best score.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from unrolled.engine.watch import unwatched
from unrolled.models.edit_tagger import EditTagger, Read
from unrolled.tasks._correct.rounds import Corrector
from unrolled.tasks._correct.sentence import sentences, whole_text
from unrolled.tasks._correct.tags import BEGIN, KEEP, KINDS, NUMBER
from unrolled.tasks._pieces import resting
from unrolled.tasks._seeing import View


def view_of(corrector: Corrector, text: str, answer: Mapping[str, Any]) -> View:
    """The run over this text, which was answered so."""
    all_of_them = sentences(text)
    asked = [one.words for one in all_of_them if one.has_letters]
    rows = asked or [one.words for one in all_of_them]
    network = corrector.proposer.network
    with unwatched(), resting(network):
        found = corrector.decision.chosen(corrector.proposals(rows)) if asked else []
    begins = [sum(len(row) + 1 for row in rows[:number]) for number in range(len(rows))]
    steps = [step for row in rows for step in (BEGIN, *row)]
    chosen, places = [NUMBER[KEEP]] * len(steps), []
    for proposal, _ in found:
        places.append(begins[proposal.sentence] + proposal.place)
        chosen[places[-1]] = NUMBER[proposal.kind]
    read = corrector.reads.encode(rows).read
    return View(
        axes={"inputs": steps},
        along={"stack": "inputs"},
        told="inputs",
        names=KINDS,
        run=lambda: scores(network, read),
        chosen=chosen,
        asked=min(places, default=-1),  # the first that is changed
        answer=answer,
        parts=[changes_part(text, answer["edits"])],
    )


def scores(network: EditTagger, read: Read) -> Tensor:
    """Log-probabilities of each kind of edit, (tokens, kinds), as in training."""
    outputs: Any = network(read)
    return network.kind(outputs.values).log_softmax(-1)


def changes_part(text: str, edits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The edits of an answer, with their places counted in the words of the text.

    A change that begins or ends inside a word is told as one of the whole word.
    """
    whole = whole_text(text)
    told: list[dict[str, Any]] = []
    for edit in edits:
        first, last = edit["start"], edit["stop"]
        start = sum(stop <= first for _, stop in whole.places)
        stop = max(start, sum(begin < last for begin, _ in whole.places))
        new = edit["replacement"]
        if stop > start:
            new = text[min(whole.places[start][0], first) : first] + new
            new += text[last : max(whole.places[stop - 1][1], last)]
        told.append(
            {
                "start": start,
                "stop": stop,
                "replacement": new.strip(),
                "type": edit["kind"],
                "why": edit["why"],
                "confidence": edit["confidence"],
            }
        )
    return {"kind": "changes", "tokens": whole.words, "edits": told}
