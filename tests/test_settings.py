"""Settings: one place for defaults, limits, help, TOML and the command line."""

import tomllib
from dataclasses import FrozenInstanceError, dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from unrolled.errors import SettingError
from unrolled.settings import (
    Settings,
    describe,
    flat,
    from_toml,
    make,
    setting,
    to_toml,
)


@dataclass(frozen=True, kw_only=True)
class Oven(Settings):
    """A group of settings with one of each kind."""

    degrees: int = setting(180, "How hot.", at_least=50, at_most=300)
    minutes: float = setting(12.5, "How long.", at_least=0)
    fan: bool = setting(False, "Whether air is moved.")
    dish: str = setting("", "What to write on the label.")
    heat: str = setting("both", "Where it is hot.", one_of=("top", "bottom", "both"))


@dataclass(frozen=True, kw_only=True)
class Table(Settings):
    """A second group."""

    seats: int = setting(4, "How many may sit.", at_least=1)


SECTIONS = {"oven": Oven, "table": Table}
DEFAULTS = {
    "oven.degrees": 180,
    "oven.minutes": 12.5,
    "oven.fan": False,
    "oven.dish": "",
    "oven.heat": "both",
    "table.seats": 4,
}


def words(call, *arguments, **named) -> str:
    with pytest.raises(SettingError) as refusal:
        call(*arguments, **named)
    return str(refusal.value)


# -- made ----------------------------------------------------------------------------


def test_nothing_given_makes_the_defaults():
    assert flat(make(SECTIONS, {})) == DEFAULTS


def test_values_and_texts_make_the_same():
    as_values = {"oven.degrees": 200, "oven.minutes": 3, "oven.fan": True}
    as_texts = {"oven.degrees": "200", "oven.minutes": "3", "oven.fan": "yes"}
    assert make(SECTIONS, as_values) == make(SECTIONS, as_texts)
    made = make(SECTIONS, as_texts)["oven"]
    assert (made.degrees, made.minutes, made.fan) == (200, 3.0, True)
    assert [type(v) for v in (made.degrees, made.minutes, made.fan)] == [
        int,
        float,
        bool,
    ]


@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", 1), ("YES", 1), ("On", 1), ("1", 1), ("no", 0), ("off", 0), ("0", 0)],
)
def test_a_truth_may_be_spelled_in_several_ways(text, truth):
    assert make(SECTIONS, {"oven.fan": text})["oven"].fan is bool(truth)


def test_a_text_is_taken_as_it_is():
    for text in ("", "5", "true", " a = b ", "ä\\n"):
        assert make(SECTIONS, {"oven.dish": text})["oven"].dish == text


def test_what_is_made_does_not_change():
    with pytest.raises(FrozenInstanceError):
        make(SECTIONS, {})["oven"].degrees = 1


# -- refused -------------------------------------------------------------------------


def test_an_unknown_key_is_refused_with_the_nearest():
    assert words(make, SECTIONS, {"oven.degree": 1}) == (
        'there is no setting "oven.degree".\n'
        "  expected: one of oven.degrees, oven.minutes, oven.fan, oven.dish,"
        " oven.heat, table.seats\n"
        '  to fix:   did you mean "oven.degrees"?\n'
        "  code:     setting"
    )


@pytest.mark.parametrize("path", ["degrees", "kitchen.degrees", "", ".", "oven."])
def test_a_key_without_its_section_is_refused(path):
    assert f'there is no setting "{path}".' in words(make, SECTIONS, {path: 1})


def test_a_key_like_no_other_is_refused_with_a_way_to_the_list():
    told = words(make, SECTIONS, {"qqqqqq": 1})
    assert "  to fix:   see `unrolled train --help`\n" in told


@pytest.mark.parametrize(
    ("path", "text", "kind", "instead"),
    [
        ("oven.degrees", "hot", "int", "0"),
        ("oven.degrees", "1.5", "int", "0"),
        ("oven.degrees", "", "int", "0"),
        ("oven.minutes", "long", "float", "0.0"),
        ("oven.fan", "maybe", "bool", "true"),
    ],
)
def test_a_text_that_is_no_such_value_is_refused(path, text, kind, instead):
    assert words(make, SECTIONS, {path: text}) == (
        f'{path} was given as "{text}".\n'
        f"  expected: a value of type {kind}\n"
        f"  to fix:   write {path}={instead}, for example\n"
        "  code:     setting"
    )


@pytest.mark.parametrize(
    ("key", "value", "problem", "limits"),
    [
        ("degrees", 49, "49", "a whole number at least 50 and at most 300"),
        ("degrees", 301, "301", "a whole number at least 50 and at most 300"),
        ("minutes", -0.5, "-0.5", "a number at least 0"),
        ("heat", "left", '"left"', "one of top, bottom, both"),
        ("degrees", 180.0, "180.0, not of type a whole number", None),
        ("degrees", True, "True, not of type a whole number", None),
        ("minutes", True, "True, not of type a number", None),
        ("fan", 1, "1, not of type true or false", None),
        ("dish", 5, "5, not of type a text", "a text"),
        ("minutes", float("nan"), "nan", "a number at least 0"),
        ("minutes", float("inf"), "inf", "a number at least 0"),
    ],
)
def test_a_value_beyond_its_limits_is_refused(key, value, problem, limits):
    sentence = {row[0]: row[3] for row in describe(SECTIONS)}[f"oven.{key}"]
    told = words(Oven, **{key: value})
    assert told.startswith(f"the setting {key} of Oven is {problem}.\n  expected: ")
    assert limits is None or f"  expected: {limits}\n" in told
    assert f"choose another value. {key}: {sentence.partition(' One of')[0]}" in told
    assert told.endswith("\n  code:     setting")


def test_the_limits_themselves_are_allowed():
    assert Oven(degrees=50).degrees == 50
    assert Oven(degrees=300, minutes=0).minutes == 0


# -- told ----------------------------------------------------------------------------


def test_every_setting_is_described_with_its_sentence():
    assert describe(SECTIONS) == [
        ("oven.degrees", "a whole number", 180, "How hot."),
        ("oven.minutes", "a number", 12.5, "How long."),
        ("oven.fan", "true or false", False, "Whether air is moved."),
        ("oven.dish", "a text", "", "What to write on the label."),
        (
            "oven.heat",
            "a text",
            "both",
            "Where it is hot. One of: top, bottom, both.",
        ),
        ("table.seats", "a whole number", 4, "How many may sit."),
    ]


def test_toml_carries_each_sentence_as_a_comment():
    assert to_toml(make(SECTIONS, {"oven.fan": True})) == (
        "[oven]\n"
        "# How hot.\n"
        "degrees = 180\n"
        "# How long.\n"
        "minutes = 12.5\n"
        "# Whether air is moved.\n"
        "fan = true\n"
        "# What to write on the label.\n"
        'dish = ""\n'
        "# Where it is hot. One of: top, bottom, both.\n"
        'heat = "both"\n'
        "\n"
        "[table]\n"
        "# How many may sit.\n"
        "seats = 4\n"
    )


@given(
    degrees=st.integers(50, 300),
    minutes=st.floats(0, allow_infinity=False),
    fan=st.booleans(),
    dish=st.text(st.characters(exclude_categories=["Cs"])),
)
@example(degrees=50, minutes=0.0, fan=True, dish='\x7f\x00\r\n\t"\\')
def test_toml_and_back_is_the_same(degrees, minutes, fan, dish):
    given_values = {
        "oven.degrees": degrees,
        "oven.minutes": minutes,
        "oven.fan": fan,
        "oven.dish": dish,
    }
    made = make(SECTIONS, given_values)
    read = from_toml(to_toml(made), source="a test")
    assert make(SECTIONS, read) == made
    assert tomllib.loads(to_toml(made))["oven"]["dish"] == dish


@given(degrees=st.integers(50, 300), minutes=st.floats(0, allow_infinity=False))
def test_texts_of_values_and_back_are_the_same(degrees, minutes):
    made = make(SECTIONS, {"oven.degrees": degrees, "oven.minutes": minutes})
    texts = {path: str(value) for path, value in flat(made).items()}
    assert make(SECTIONS, texts) == made


def test_a_broken_toml_is_refused_with_its_place():
    told = words(from_toml, "[oven]\ndegrees = = 5\n", source="settings.toml")
    assert told.startswith("settings.toml: Invalid value (at line 2, column 11)\n")
    assert told.endswith(
        "  expected: TOML: [section] lines, and key = value lines under them\n"
        "  to fix:   correct that line\n"
        "  code:     setting"
    )


def test_a_toml_key_outside_every_section_is_an_unknown_setting():
    read = from_toml("degrees = 5\n", source="settings.toml")
    assert 'there is no setting "degrees."' in words(make, SECTIONS, read)


@pytest.mark.parametrize("value", ["[1, 2]", "{ a = 1 }", "2026-01-01"])
def test_a_toml_value_of_no_kind_we_know_is_refused(value):
    read = from_toml(f"[oven]\ndegrees = {value}\n", source="settings.toml")
    assert "not of type a whole number" in words(make, SECTIONS, read)
