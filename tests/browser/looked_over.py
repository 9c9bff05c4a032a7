"""What axe finds on a page, in words that tell where."""

from tests.browser.conftest import Opened


def violations(found: Opened) -> list[str]:
    """Each violation of the page as it is now: the rule, and the first element."""
    axe = pytest_axe()
    told = axe.run(found.page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in told]


def pytest_axe():
    """axe, or a skip where it is not installed."""
    import pytest

    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    return axe.Axe()
