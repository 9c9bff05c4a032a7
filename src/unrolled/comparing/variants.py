"""What is compared: every combination of the values that vary, each with its name.

    cells elman,gru · model.pooling=last,mean

    elman, pooling last    {"model.cell": "elman", "model.pooling": "last"}
    elman, pooling mean    ...
    gru, pooling last
    gru, pooling mean

The first one is what the others are measured against.
"""

from collections.abc import Sequence, Set
from itertools import product
from typing import NamedTuple

from unrolled import catalog
from unrolled.comparing.names import refuse_unknown_cell, refuse_unknown_key
from unrolled.errors import SettingError
from unrolled.settings import Value, describe, make
from unrolled.training.sections import sections_of

CELL, NETWORK = "model.cell", "model.network"
FEED_FORWARD = "feedforward"
SAID = {
    ("model.bidirectional", "true"): "both directions",
    ("model.bidirectional", "false"): "one direction",
    ("model.attention", "none"): "no attention",
}
HAS_ITS_OWN = ("training.seed", "data.split_seed", "model.hidden")
OF_LAYERS = ("model.pooling", "model.bidirectional", "model.layers")
"""Settings of recurrent layers, which a feed-forward network does not read."""
FEWEST = 2


class Axis(NamedTuple):
    """One setting and the values that it takes in turn."""

    key: str
    """As section.key; a value "feedforward" of model.cell is that network."""
    values: tuple[str, ...]
    option: str = "--vary"
    """What the person wrote, for messages."""


class Variant(NamedTuple):
    """One of the things that are compared."""

    name: str
    settings: dict[str, Value]

    @property
    def is_feed_forward(self) -> bool:
        """Whether it has no recurrent layer."""
        return self.settings.get(NETWORK) == FEED_FORWARD


def axis_of(text: str, option: str = "--vary") -> Axis:
    """From "model.pooling=last,mean". Raises SettingError."""
    key, _, values = text.partition("=")
    found = tuple(value.strip() for value in values.split(",") if value.strip())
    if not found or "." not in key:
        raise SettingError(
            found=f'{option}: "{text}" does not say what varies.',
            expected="section.key=value,value, such as model.pooling=last,mean",
            fix="write the key, an equals sign, and the values with commas",
        )
    return Axis(key.strip(), found, option)


def variants_of(task: str, axes: Sequence[Axis]) -> list[Variant]:
    """All combinations, the first values first, each checked against the settings.

    Raises SettingError for fewer than two of them, for a setting or value that is not
    there, and UnknownNameError for a cell.
    """
    kind = catalog.find("tasks", task)
    known = [row[0] for row in describe(sections_of(kind))]
    if CELL not in known:
        raise SettingError(
            found=f"the task {task} has no recurrent cell.",
            expected="a task with a recurrent network, such as classify",
            fix="see `unrolled tasks`; for word vectors `unrolled embed compare`",
        )
    for axis in axes:
        refuse_unknown_key(task, axis.key, option=axis.option)
    pairs = [[(axis.key, value) for value in axis.values] for axis in axes]
    telling = {axis.key for axis in axes if len(axis.values) > 1 or axis.key == CELL}
    made: dict[str, Variant] = {}
    for combination in product(*pairs):
        one = _variant(combination, telling)
        if one.is_feed_forward and NETWORK not in known:
            raise SettingError(
                found=f'"feedforward" was asked for, for the task {task}.',
                expected="a recurrent cell: only classify has a feed-forward network",
                fix=f"one of {', '.join(catalog.names('cells'))}",
            )
        _refuse_own(one)
        make(sections_of(kind), one.settings)
        if CELL in one.settings:
            more = [FEED_FORWARD] if NETWORK in known else []
            refuse_unknown_cell(str(one.settings[CELL]), more)
        made.setdefault(one.name, one)
    if len(made) < FEWEST:
        raise SettingError(
            found=f"{len(made)} thing to compare: {', '.join(made) or 'none'}.",
            expected="two or more",
            fix="name several cells, as in --cells elman,lstm,gru, or let a setting"
            " vary, as in --vary model.pooling=last,mean",
        )
    return list(made.values())


def _variant(combination: Sequence[tuple[str, str]], telling: Set[str]) -> Variant:
    """With a name of the values of `telling` keys; one alone tells nothing."""
    network = (CELL, FEED_FORWARD) in combination
    settings: dict[str, Value] = {}
    words = []
    for key, value in combination:
        if network and key in OF_LAYERS:
            continue
        if key == CELL:
            value = value.replace("-", "_")
            settings |= {NETWORK: FEED_FORWARD} if network else {CELL: value}
            words.append(value)
        else:
            settings[key] = value
            said = SAID.get((key, value), f"{key.rpartition('.')[2]} {value}")
            words += [said] if key in telling else []
    return Variant(", ".join(words), settings)


def _refuse_own(one: Variant) -> None:
    for key in HAS_ITS_OWN[:2]:
        if key in one.settings:
            raise SettingError(
                found=f"{key} was to vary.",
                expected="any other setting: seeds are drawn alike for all",
                fix="use --seeds for how many there are",
            )
