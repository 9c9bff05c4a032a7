"""The settings of decoding: their limits, and that a draw takes them as they are."""

import pytest

from unrolled.decoding.settings import Chances, DecodingSettings
from unrolled.errors import SettingError


def test_the_settings_are_chances_too():
    settings = DecodingSettings(temperature=0.5)
    assert isinstance(settings, Chances)
    assert settings.temperature == 0.5
    assert (settings.beam, settings.shortest, settings.longest) == (0, 0, 100)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("temperature", -0.5, "a number at least 0"),
        ("top_k", -1, "a whole number at least 0"),
        ("top_p", 1.5, "a number at least 0 and at most 1"),
        ("min_p", -0.1, "a number at least 0 and at most 1"),
        ("guidance", -1.0, "a number at least 0"),
        ("beam", -1, "a whole number at least 0"),
        ("length_penalty", -1.0, "a number at least 0"),
        ("longest", 0, "a whole number at least 1"),
    ],
)
def test_a_setting_beyond_its_limits_is_refused(name: str, value: float, expected: str):
    with pytest.raises(SettingError) as raised:
        DecodingSettings(**{name: value})
    assert f"the setting {name} of DecodingSettings is {value}." in str(raised.value)
    assert f"expected: {expected}\n" in str(raised.value)
