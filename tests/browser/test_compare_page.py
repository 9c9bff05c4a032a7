"""The page of a comparison: no request, no violation, no sideways scroll."""

import pytest

from tests.browser.looked_over import violations
from tests.comparing.made_report import made
from unrolled.comparing.pages import page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_can_be_read_by_everyone(opened, dark):
    found = opened(page(made()), dark=dark, width=360)
    found.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = 1)")
    assert violations(found) == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert found.asked == [] and found.errors == []
