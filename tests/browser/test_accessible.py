"""Pages of every task are free of what axe finds, in light and in dark."""

import pytest

import unrolled
from tests.browser.looked_over import violations
from tests.every.test_every_task import BY_TASK, sample_examples, tiny, written
from tests.tracing.made_records import verdict
from tests.tracing.made_records import written as made
from unrolled.catalog import names
from unrolled.tracing.page import page_of


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "record", [verdict(both=True), made()], ids=["verdict", "text"]
)
def test_pages_with_everything_open_have_no_violation(opened, record, dark):
    found = opened(page_of(record), dark=dark)
    found.page.evaluate("document.querySelectorAll('details').forEach(e => e.open = 1)")
    found.press("ArrowRight")
    assert violations(found) == []


@BY_TASK
def test_the_page_of_every_task_can_be_gone_through(task, opened, tmp_path):
    model = unrolled.train(
        task, written(task, tmp_path / "sample.jsonl"), settings=tiny(task)
    )
    row = sample_examples(task)[0]
    page = model.trace(row.input, conditions=row.given).html()
    dark = names("tasks").index(task) % 2 == 1  # colors are the same for all tasks
    found = opened(page, dark=dark, width=360)
    for key in ("ArrowRight", "ArrowRight", "u", "g", "End", "ArrowLeft", "Home"):
        found.press(key)
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 360
    found.press("u", "g")
    assert violations(found) == []
    assert found.asked == []
    assert found.errors == []
