"""The one best text for each question."""

from unrolled.decoding.beam import beam
from unrolled.decoding.rules import Rules
from unrolled.models.next_token import NextToken
from unrolled.models.next_token_steps import NextTokenSteps
from unrolled.tasks._base import Answers
from unrolled.tasks._generate.batch import GivenBatch
from unrolled.tasks._generate.settings import GenerateSettings
from unrolled.tasks._symbols import Symbols
from unrolled.text.vocabulary import UNKNOWN


def best_texts(
    network: NextToken, symbols: Symbols, batch: GivenBatch, settings: GenerateSettings
) -> Answers:
    """The most probable text that begins as each row does, and its nats from there."""
    inputs, given = batch.inputs, batch.given
    found = beam(
        lambda rows: NextTokenSteps(network, inputs.gather(rows), given[rows]),
        Rules(end=symbols.end, shortest=1, longest=settings.longest, banned=(UNKNOWN,)),
        inputs=len(inputs),
        width=settings.beam,
    )
    answers: Answers = []
    for begun, best in zip(inputs.to_list(), found, strict=True):
        ids = [*begun[1:].tolist(), *(best[0].ids if best else ())]
        nats = best[0].log_probability if best else None
        answers.append({"prediction": symbols.text(ids), "log_probability": nats})
    return answers
