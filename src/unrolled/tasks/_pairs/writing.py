"""Answers to one source as a person wishes: several, begun, with words or without."""

from dataclasses import replace

from unrolled.decoding.beam import Penalties, beam
from unrolled.decoding.sampling import sample
from unrolled.errors import SettingError
from unrolled.randomness import stream
from unrolled.tasks._abilities import Wish
from unrolled.tasks._base import Answers, Batch
from unrolled.tasks._pairs.answerer import AbstractAnswerer
from unrolled.tasks._symbols import Symbols
from unrolled.text.vocabulary import UNKNOWN


def written(answerer: AbstractAnswerer, batch: Batch, wish: Wish) -> Answers:
    """As many answers to the one row of the batch as are wished for, and found.

    Raises SettingError for a wish that contradicts itself or names unknown words.
    """
    how, target = wish.decoding, answerer.target
    rules = answerer.rules()
    rules = replace(
        rules,
        shortest=max(how.shortest, 1),
        longest=min(how.longest, rules.longest),
        no_repeat=how.no_repeat,
        prefix=_ids(target, "start", (wish.start,)),
        required=_ids(target, "required", wish.required),
        banned=(UNKNOWN, *_ids(target, "banned", wish.banned)),
    )
    if how.beam:
        [found] = beam(
            lambda rows: answerer.steps(batch.gather(rows)),
            rules,
            width=max(how.beam, wish.count),
            count=wish.count,
            penalties=Penalties(length=how.length_penalty),
        )
    else:
        drawn = sample(
            lambda rows: answerer.steps(batch.gather(rows * 0)),
            rules,
            count=wish.count,
            generator=stream(wish.seed, "writing"),
            chances=how,
        )
        found = [one for one in drawn if one is not None]
    [told] = answerer.told(batch, [found])
    more = answerer.more(batch, 0)
    unread = {"unread": more["unread"]} if "unread" in more else {}
    return [
        {"text": one["prediction"], "log_probability": one["log_probability"], **unread}
        for one in told
    ]


def _ids(symbols: Symbols, role: str, texts: tuple[str, ...]) -> tuple[int, ...]:
    """The ids of these texts. Raises SettingError for an unknown token."""
    for text in texts:
        for token in symbols.tokenizer.tokens(text):
            if token not in symbols.vocabulary:
                raise SettingError(
                    found=f'{role}: the {symbols.unit} "{token}" of "{text}".',
                    expected=f"{symbols.unit}s of the training data",
                    fix="leave it out: the model has never written it",
                )
    return tuple(number for text in texts for number in symbols.ids(text))
