"""Every task with a recurrent cell can be compared, on its own sample."""

import pytest

from tests.every.test_every_task import has_cell, tiny, written
from unrolled.catalog import names
from unrolled.comparing import resampling
from unrolled.comparing.comparison import Plan, Told, compare
from unrolled.comparing.counting import recurrent_part
from unrolled.comparing.pages import page
from unrolled.comparing.report import report
from unrolled.comparing.variants import Axis, variants_of
from unrolled.training.run import Job

TASKS = [task for task in names("tasks") if has_cell(task)]


@pytest.mark.parametrize("task", TASKS)
def test_cells_are_compared_with_equal_weights(task, tmp_path, monkeypatch):
    monkeypatch.setattr(resampling, "FEWER_ROUNDS", 20)
    given = {**tiny(task), "training.epochs": 1, "training.threads": 1}
    job = Job(task=task, data=[written(task, tmp_path / "sample.jsonl")], given=given)
    variants = variants_of(task, [Axis("model.cell", ("lstm", "elman"))])
    plan = Plan(job=job, variants=variants, seeds=1, match="parameters", probe=False)
    quiet = Told(lambda _: None, lambda *_: (), lambda _: None)
    found = compare(plan, quiet)
    for made, count in zip(found.tasks, found.counts, strict=True):
        assert count.recurrent >= recurrent_part(made.build()) > 0
    told = report(found, seconds=1.0)
    lstm, elman = told["metrics"].values()
    assert lstm["hidden"] < elman["hidden"]
    if found.runs[0]["rows_drawn"]:
        low, high = lstm["interval"]
        assert low < high
    else:  # one seed and no rows: nothing varies
        assert lstm["interval"] is None
    [value] = lstm["by_seed"]
    assert lstm[told["metric"]] == value
    assert value == pytest.approx(found.runs[0]["metrics"][told["metric"]], rel=1e-4)
    assert "<figure" in page(told)
