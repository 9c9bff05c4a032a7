"""Settings: frozen dataclasses whose fields carry their own sentence and limits.

    @dataclass(frozen=True, kw_only=True)
    class TrainingSettings(Settings):
        epochs: int = setting(20, "Passes over the training rows.", at_least=1)

From this one place come the check when an object is made, the `--set section.key=value`
of the command line and its help, the commented TOML, and the table in the docs.

    sections    = {"training": TrainingSettings, ...}       what a task declares
    make(sections, {"training.epochs": "3"})                texts from a command line
    make(sections, {"training.epochs": 3})                  values from Python or JSON
    flat(made)  = {"training.epochs": 3, ...}               back to plain values

A field is a bool, int, float or str. Zero often means "none" or "choose for me"; then
its sentence says so.
"""

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from unrolled.errors import SettingError

Value = bool | int | float | str


def setting(
    default: Value,
    sentence: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    one_of: tuple[str, ...] = (),
) -> Any:
    """A field of a Settings class: its default, its sentence and its limits."""
    rule = {
        "sentence": sentence,
        "at_least": at_least,
        "at_most": at_most,
        "one_of": one_of,
    }
    return field(default=default, metadata=rule)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of every group of settings; checks each field when the object is made."""

    def __post_init__(self) -> None:
        for one in _fields(self):
            _check(type(self).__name__, one, getattr(self, one.name))


Sections = Mapping[str, type[Settings]]


def make(sections: Sections, given: Mapping[str, Value]) -> dict[str, Settings]:
    """One Settings object per section, with `given` in place of its defaults.

    `given` maps "section.key" to a value or to its text. Raises SettingError for a key
    that no section has, a text that is no such value, or a value beyond its limits.
    """
    chosen: dict[str, dict[str, Value]] = {name: {} for name in sections}
    for path, value in given.items():
        section, _, key = path.partition(".")
        kind = sections.get(section, Settings)
        known = {one.name: one for one in _fields(kind)}
        if key not in known:
            raise _unknown(path, sections)
        chosen[section][key] = _parse(path, known[key].type, value)
    return {name: kind(**chosen[name]) for name, kind in sections.items()}


def flat(made: Mapping[str, Settings]) -> dict[str, Value]:
    """The values of all sections by "section.key", for JSON and for comparison."""
    return {
        f"{section}.{one.name}": getattr(settings, one.name)
        for section, settings in made.items()
        for one in _fields(settings)
    }


def describe(sections: Sections) -> list[tuple[str, str, Value, str]]:
    """Rows (path, type, default, sentence) for help, docs and the studio."""
    return [
        (f"{section}.{one.name}", _type_name(one), one.default, _sentence(one))
        for section, kind in sections.items()
        for one in _fields(kind)
    ]


def to_toml(made: Mapping[str, Settings]) -> str:
    """Commented TOML that `from_toml` reads back to the same values."""
    lines: list[str] = []
    for section, settings in made.items():
        lines += [f"[{section}]"]
        for one in _fields(settings):
            value = getattr(settings, one.name)
            lines += [f"# {_sentence(one)}", f"{one.name} = {_toml(value)}"]
        lines += [""]
    return "\n".join(lines)


def from_toml(text: str, *, source: str) -> dict[str, Value]:
    """The "section.key" values of a TOML text, for `make`. `source` names the file."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise SettingError(
            found=f"{source}: {why}",
            expected="TOML: [section] lines, and key = value lines under them",
            fix="correct that line",
        ) from None
    return {
        f"{section}.{key}": value
        for section, table in tables.items()
        for key, value in (table.items() if isinstance(table, dict) else [("", table)])
    }


def _fields(settings: Settings | type[Settings]) -> tuple[Any, ...]:
    """The fields as `setting` made them: a plain type, a default and a rule."""
    return fields(settings)


def _check(owner: str, one: Any, value: Value) -> None:
    rule = one.metadata
    fits = isinstance(value, one.type) or (one.type is float and type(value) is int)
    if not fits or (one.type is not bool and isinstance(value, bool)):
        problem = f"{value!r}, not of type {_type_name(one)}"
    elif rule["one_of"] and value not in rule["one_of"]:
        problem = f'"{value}"'
    elif isinstance(value, (int, float)) and not _within(rule, value):
        problem = f"{value}"
    else:
        return
    raise SettingError(
        found=f"the setting {one.name} of {owner} is {problem}.",
        expected=_limits(one),
        fix=f"choose another value. {one.name}: {rule['sentence']}",
    )


def _within(rule: Mapping[str, Any], value: float) -> bool:
    low = -math.inf if rule["at_least"] is None else rule["at_least"]
    high = math.inf if rule["at_most"] is None else rule["at_most"]
    return math.isfinite(value) and low <= value <= high


def _limits(one: Any) -> str:
    rule = one.metadata
    if rule["one_of"]:
        return f"one of {', '.join(rule['one_of'])}"
    ends = [
        f"at {word} {rule[f'at_{word}']:g}"
        for word in ("least", "most")
        if rule[f"at_{word}"] is not None
    ]
    return " ".join([_type_name(one), *ends[:1], *(f"and {end}" for end in ends[1:])])


def _parse(path: str, kind: type, value: Value) -> Value:
    if kind is float and type(value) is int:
        return float(value)
    if not isinstance(value, str) or kind is str:
        return value
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}
    try:
        return words[value.lower()] if kind is bool else kind(value)
    except (KeyError, ValueError):
        raise SettingError(
            found=f'{path} was given as "{value}".',
            expected=f"a value of type {kind.__name__}",
            fix=f"write {path}={'true' if kind is bool else kind()}, for example",
        ) from None


def _unknown(path: str, sections: Sections) -> SettingError:
    known = [row[0] for row in describe(sections)]
    near = get_close_matches(path, known, n=1, cutoff=0.5)
    return SettingError(
        found=f'there is no setting "{path}".',
        expected=f"one of {', '.join(known)}",
        fix=f'did you mean "{near[0]}"?' if near else "see `unrolled train --help`",
    )


def _type_name(one: Any) -> str:
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(
        one.type, "a text"
    )


def _sentence(one: Any) -> str:
    choices = one.metadata["one_of"]
    tail = f" One of: {', '.join(choices)}." if choices else ""
    return one.metadata["sentence"] + tail


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):  # escaped as in JSON, and DEL, which only TOML forbids
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
