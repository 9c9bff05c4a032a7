"""The doctor on recorded runs: each fault by its name, and a healthy run by silence."""

import json
import math

import pytest

from tests.tracing.recorded import (
    SETTINGS,
    about,
    case,
    curve,
    epoch,
    events,
    network,
    scores,
    step,
)
from unrolled.errors import UnreadableDataError
from unrolled.tracing.case import Case, entropy, read_events
from unrolled.tracing.diagnosis import Diagnosis, Report, shown
from unrolled.tracing.doctor import SIGNS, diagnose


def names(found: Case) -> list[str]:
    return [one.name for one in diagnose(found).found]


def first(found: Case) -> Diagnosis:
    return diagnose(found).found[0]


FLAT = [(0.7, 0.7)] * 8
NOTHING = network(train_loss=0.69, valid_loss=0.7)


def rows(**parts: dict) -> dict:
    """`about` with figures of its rows changed."""
    found = about()
    for part, figures in parts.items():
        found["rows"][part] |= figures
    return found


# -- what is healthy -------------------------------------------------------------------


def test_a_healthy_run_has_no_finding():
    assert diagnose(case()).found == []
    assert diagnose(case()).unseen == []


def test_of_a_run_without_anything_no_sign_says_a_word_or_breaks():
    bare = Case(task="classify", events=[])
    assert [sign(bare) for sign in SIGNS] == [None] * len(SIGNS)
    begun = Case(task="", events=[{"event": "start", "task": "tag"}, about()])
    assert names(begun) == ["no end"]


def test_every_sign_bears_figures_that_were_no_numbers():
    """In the file a figure that is no number is null."""
    broken = [{**step(1, 0.7), "loss": None, "gradient_norm": None}]
    broken += [{**epoch(1, 0.7, 0.7), "train_loss": None, "valid": {"loss": None}}]
    for one in broken[-1]["moves"].values():
        one |= dict.fromkeys(one)
    story = [about(), *broken, {"event": "end", "reason": "diverged"}]
    assert names(Case(task="classify", events=story))[0] == "learning rate too high"


def test_a_run_with_mild_overfit_gates_and_baselines_near_has_notes_alone():
    losses = [(0.6, 0.5), (0.3, 0.3), (0.1, 0.25), (0.05, 0.35)]
    near = {"majority": {"accuracy": 0.5}, "words": {"accuracy": 0.97}}
    found = diagnose(
        case(
            network(valid_loss=0.3),
            epochs=curve(*losses),
            metrics=scores(baseline=near),
        )
    )
    assert [one.name for one in found.found] == ["overfit"]
    assert found.alarms == []


# -- the curve of the loss -------------------------------------------------------------


def test_a_diverged_run_names_the_step_and_the_weight_and_a_lower_rate():
    end = {"event": "end", "reason": "diverged", "step": 7, "broken": "stack.R"}
    found = diagnose(case(end, epochs=[], metrics={}, settings={"training.clip": 0}))
    one = found.found[0]
    assert (one.name, one.level) == ("learning rate too high", "problem")
    assert "first in stack.R" in one.sentence
    assert one.evidence["step"] == 7
    assert one.change[0] == "--set training.learning_rate=0.0002"


def test_a_loss_that_rose_above_its_start_is_a_rate_too_high_if_it_did_harm():
    losses = curve((1.4, 0.9), *FLAT, update=0.2)
    found = first(
        case(NOTHING, epochs=losses, settings={"training.learning_rate": 0.2})
    )
    assert (found.name, found.level) == ("learning rate too high", "problem")
    assert found.evidence["highest mean loss of an epoch"] == 1.4
    assert found.change == ("--set training.learning_rate=0.002",)
    # A run that stumbled, and learned all the same with steps of the usual size.
    stumbled = curve((1.4, 0.9), (0.3, 0.3), (0.1, 0.15))
    assert names(case(epochs=stumbled)) == []


def test_steps_that_cannot_have_moved_the_weights_are_a_rate_too_low():
    losses = curve(*FLAT, update=1e-5)  # 200 steps: a thousandth of the way
    given = {"training.learning_rate": 2e-6}
    found = diagnose(case(NOTHING, epochs=losses, settings=given)).found
    assert [one.name for one in found[:2]] == ["learning rate too low", "underfit"]
    assert "by at most 0.1 % of their size" in found[0].sentence
    assert found[0].change == ("--set training.learning_rate=0.002",)


def test_a_run_that_the_clock_ended_was_stopped_too_early_unless_it_had_learned():
    end = {"event": "end", "reason": "minutes", "seconds": 1.0}
    few = [epoch(1, 0.69, 0.69)]
    few[0]["step"] = 3
    story = [one for one in events(end, epochs=few) if one["event"] != "step"]
    given = {"training.minutes": 0.01}
    short = Case(task="classify", events=story, settings=given)
    found = first(short)
    assert (found.name, found.level) == ("stopped too early", "problem")
    assert found.evidence["steps"] == 3
    assert found.change == ("--minutes 1, or no limit: --minutes 0",)
    settled = curve((0.3, 0.3), (0.1, 0.2), (0.1, 0.15))
    assert names(case(end, epochs=settled)) == []


def test_a_stopped_run_is_told_to_go_on():
    end = {"event": "end", "reason": "interrupted", "seconds": 1.0}
    found = first(case(end, epochs=curve((0.6, 0.6), (0.4, 0.4)), metrics={}))
    assert (found.name, found.level) == ("stopped too early", "warning")
    assert "--resume" in found.change[0]


def test_a_run_without_an_end_still_goes_on_or_was_killed_and_no_more_is_said():
    story = [one for one in events() if one["event"] not in ("network", "end")]
    found = diagnose(Case(task="classify", events=story, settings=SETTINGS))
    assert [(one.level, one.name) for one in found.found] == [("note", "no end")]
    told = found.found[0]
    assert told.sentence == "the run has no end: it still runs, or was killed."
    assert told.evidence == {"steps": 200, "epochs": 8}
    assert told.change == (
        "if it no longer runs: the same command with --resume goes on where it was",
    )
    assert found.unseen == [
        "gates, units and gradients: the run has no end",
        "the baselines: the run did not come to be scored",
    ]
    assert found.healthy is None


def test_rows_known_by_heart_and_no_others_are_overfit():
    losses = curve((0.6, 0.7), (0.2, 0.9), (0.01, 1.8))
    seen = network(train_loss=0.5, valid_loss=0.7)
    found = first(case(seen, epochs=losses, settings={"model.dropout": 0.0}))
    assert (found.name, found.level) == ("overfit", "problem")
    assert found.evidence["share of the training loss that is gone"] == pytest.approx(
        1 - 0.01 / math.log(2)
    )
    assert "--set model.dropout=0.5" in found.change
    assert "--hidden 16" in found.change


# -- the gradient, gates and units -----------------------------------------------------


def test_a_gradient_that_ends_long_before_the_row_has_vanished_if_nothing_was_learned():
    faded = {"signal": 0.1, "signal_steps": 15, "signal_length": 151}
    failed = network(**faded, train_loss=0.69, valid_loss=0.7)
    given = {"model.cell": "elman"}
    found = diagnose(case(failed, epochs=curve(*FLAT), settings=given)).found
    assert [one.name for one in found[:2]] == ["vanishing gradient", "underfit"]
    assert "after 15 steps, and rows have 151" in found[0].sentence
    assert found[0].change[0].startswith("--cell lstm or --cell gru")
    assert "model.pooling=max+mean+inputs" in found[0].change[1]
    # Where the last words are what matters a short reach is no fault.
    assert names(case(network(**faded))) == []


def test_long_rows_that_go_much_worse_with_a_short_reach_are_a_memory_too_short():
    lengths = {"short_tokens": 10.0, "long_tokens": 80.0}
    losses = {"short_loss": 0.1, "short_error": 0.01, "long_loss": 0.5}
    seen = {**lengths, **losses, "long_error": 0.02}
    faded = {"signal": 0.3, "signal_steps": 12, "signal_length": 40}
    found = first(case(network(**faded, train_by_length=seen)))
    assert (found.name, found.level) == ("memory too short", "warning")
    unsure = {**seen, "long_error": 0.3}
    assert names(case(network(**faded, train_by_length=unsure))) == []


def test_spikes_are_an_exploding_gradient_and_a_note_where_they_were_clipped():
    calm, wild = [step(1, 0.7)] * 15, [step(150, 0.6, norm=5000.0)]
    story = [one for one in events() if one["event"] != "step"]
    bad = [one for one in story if one["event"] not in ("network", "epoch")]
    bad[2:2] = [*calm, *wild, *curve(*FLAT), NOTHING]
    found = first(Case(task="classify", events=bad, settings={"training.clip": 0.0}))
    assert (found.name, found.level) == ("exploding gradient", "problem")
    assert found.change[0] == "--set training.clip=1"
    assert found.evidence["largest gradient norm"] == 5000.0
    story[2:2] = [*calm, *wild]
    good = Case(task="classify", events=story, metrics=scores())
    assert [one.level for one in diagnose(good).found] == ["note"]


def stuck(**figures: float) -> dict:
    layer = network()["layers"][0] | figures
    return network(layers=[layer], train_loss=0.69, valid_loss=0.7)


def test_gates_that_are_all_stuck_are_saturated_if_nothing_was_learned():
    found = first(case(stuck(saturated=0.99), epochs=curve(*FLAT)))
    assert found.name == "saturated gates"
    assert "99 % of the gates" in found.sentence
    assert found.evidence["gate f above 0.95"] == 0.3
    learned = stuck(saturated=0.99) | {"train_loss": 0.1, "valid_loss": 0.1}
    assert names(case(learned)) == []


def test_units_that_never_move_are_dead():
    relu = {"model.cell_options": "nonlinearity=relu"}
    found = first(case(stuck(dead=0.5), epochs=curve(*FLAT), settings=relu))
    assert (found.name, found.level) == ("dead units", "problem")
    assert found.sentence.startswith("32 of 64 units of the lstm layer that reads")
    assert "relu" in found.sentence


def test_units_that_saw_fewer_than_twenty_different_steps_are_not_called_dead():
    few, enough = stuck(dead=1.0), stuck(dead=1.0)
    few["layers"][0]["steps"], enough["layers"][0]["steps"] = 19, 20
    assert "dead units" not in names(case(few))
    assert "dead units" in names(case(enough))


# -- answers ---------------------------------------------------------------------------


def one_answer(share: float) -> dict:
    return {"rows": 80, "different": 1, "most": "bad", "share": share}


def test_one_label_in_nearly_all_rows_and_in_all_answers_is_an_imbalance():
    labels = {"labels": {"bad": 784, "good": 16}}
    found = first(case(rows(train=labels), network(answers=one_answer(1.0))))
    assert (found.name, found.level) == ("label imbalance", "problem")
    assert found.change[0] == "--set task.class_weights=balanced"
    # Rare labels that are found are no fault.
    found = network(train_loss=0.01, valid_loss=0.02)
    assert names(case(rows(train=labels), found)) == []


def test_one_answer_to_all_rows_that_have_several_is_a_constant_output():
    found = names(case(network(answers=one_answer(1.0))))
    assert found == ["constant output"]


def test_labels_that_nothing_tells_leave_nothing_to_learn():
    mine = {"accuracy": 0.52, "accuracy_interval": [0.41, 0.63], "macro_f1": 0.5}
    mine["confusion"] = [[20, 20], [18, 22]]
    others = {"majority": {"accuracy": 0.5}, "words": {"accuracy": 0.55}}
    losses, seen = curve(*[(0.68, 0.7)] * 8), network(train_loss=0.68, valid_loss=0.7)
    told = scores(metrics=mine, baseline=others)
    found = diagnose(case(seen, epochs=losses, metrics=told)).found
    assert [one.name for one in found] == ["nothing to learn", "underfit"]
    # Where counting words finds something the fault is the network's.
    others["words"] = {"accuracy": 0.8}
    told = names(
        case(seen, epochs=losses, metrics=scores(metrics=mine, baseline=others))
    )
    assert told[0] == "underfit"
    assert "nothing to learn" not in told


def test_a_model_behind_all_of_several_baselines_is_told_so():
    others = {"most frequent": {"accuracy": 0.99}, "words": {"accuracy": 0.995}}
    mine = {"accuracy": 0.7, "accuracy_interval": [0.6, 0.8]}
    found = diagnose(case(metrics=scores(metrics=mine, baseline=others))).found
    assert [(one.name, one.level) for one in found] == [
        ("beats no baseline", "warning")
    ]


def test_no_error_anywhere_is_worth_a_note():
    others = {"majority": {"accuracy": 0.5}, "words": {"accuracy": 1.0}}
    found = diagnose(case(metrics=scores(metrics={"accuracy": 1.0}, baseline=others)))
    assert [(one.name, one.level) for one in found.found] == [
        ("suspiciously good", "note")
    ]


# -- rows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "level"), [(1.0, "problem"), (0.1, "warning"), (0.001, None)]
)
def test_validation_rows_that_were_learned_from_are_leakage(share, level):
    found = diagnose(case(rows(valid={"leaked": share}))).found
    wanted = [("leakage", level)] if level else []
    assert [(one.name, one.level) for one in found] == wanted


def test_a_label_that_stands_in_its_rows_is_leakage_another_word_is_a_note():
    told = {"telling": {"good": "rated_good", "bad": "rated_bad"}}
    assert first(case(rows(train=told))).name == "leakage"
    told = {"telling": {"good": "lovely", "bad": "boring"}}
    found = first(case(rows(train=told)))
    assert (found.name, found.level) == ("a word tells the label", "note")
    assert '"lovely" for good' in found.sentence


@pytest.mark.parametrize(
    ("once", "unknown", "level"),
    [
        (0.02, 0.9, "problem"),
        (0.02, 0.2, "warning"),
        (0.12, 0.2, None),
        (0, 0.05, None),
    ],
)
def test_unknown_words_beyond_what_the_training_rows_let_expect(once, unknown, level):
    seen = rows(train={"once": once}, valid={"unknown": unknown})
    found = diagnose(case(seen)).found
    wanted = [("unknown words", level)] if level else []
    assert [(one.name, one.level) for one in found] == wanted


def test_equal_inputs_with_different_labels_are_contradictory():
    several = rows(train={"contradicted": 0.4, "ceiling": 0.8})
    found = first(case(several))
    assert (found.name, found.level) == ("contradictory labels", "warning")
    assert found.evidence["accuracy of knowing all training rows by heart"] == 0.8
    all_of_them = rows(train={"contradicted": 1.0, "ceiling": 0.5})
    assert first(case(all_of_them, NOTHING, epochs=curve(*FLAT))).level == "problem"


def test_a_handful_of_rows_is_too_little_unless_they_were_enough():
    handful = rows(train={"rows": 40, "tokens": 400})
    found = first(case(handful, network(valid_loss=0.65)))
    assert (found.name, found.level) == ("too little data", "warning")
    assert first(case(handful)).level == "note"


# -- how it is told --------------------------------------------------------------------


def test_a_cause_is_told_before_what_it_causes_and_the_gravest_first():
    labels = rows(valid={"leaked": 0.1})
    failed = stuck(saturated=0.99)
    found = diagnose(case(labels, failed, epochs=curve(*FLAT)))
    told = [(one.level, one.name) for one in found.found]
    assert told == [
        ("problem", "saturated gates"),
        ("problem", "underfit"),
        ("warning", "leakage"),
    ]
    assert found.verdict() == "2 problems, 1 warning: begin with the first one."


def test_what_an_older_version_did_not_write_is_said_and_the_rest_is_examined():
    older = [one for one in events() if one["event"] not in ("about", "network")]
    found = diagnose(Case(task="classify", events=older, metrics=scores()))
    why = "this run wrote no such record (made by an older version)"
    assert found.unseen == [
        f"gates, units and gradients: {why}: name rows of data after the model",
        f"the rows: {why}: name rows of data after the model",
    ]
    assert (found.found, found.healthy) == ([], None)
    assert found.verdict() == "nothing found in what was examined."
    end = {"event": "end", "reason": "interrupted", "seconds": 1.0}
    begun = [older[0], step(40, 6.2), end]
    found = diagnose(Case(task="translate", events=begun))
    assert [(one.level, one.name) for one in found.found] == [
        ("problem", "stopped too early")
    ]
    assert found.unseen[:2] == [
        "gates, units and gradients: the run did not come to its end",
        f"the rows: {why}",
    ]


def test_a_run_of_an_older_version_that_the_clock_ended_in_its_fall_is_told_so():
    end = {"event": "end", "reason": "minutes", "seconds": 1.0}
    kept = ("start", "step", "epoch", "end")
    older = [one for one in events(end) if one["event"] in kept]
    found = first(Case(task="classify", events=older, metrics=scores()))
    assert (found.name, found.level) == ("stopped too early", "warning")


def test_only_a_task_without_a_loop_has_learned_in_one_look():
    start = {"event": "start", "task": "embed"}
    done = Case(task="embed", events=[start], loops=False, metrics={"metrics": {}})
    one_look = ["the training: all was learned in one look at the rows"]
    assert (diagnose(done).unseen, diagnose(done).found) == (one_look, [])
    killed = diagnose(Case(task="embed", events=[start], loops=False))
    assert (
        killed.unseen[0]
        == "gates, units and gradients: the run did not come to its end"
    )
    assert killed.verdict() == "nothing could be examined."
    assert killed.to_json()["healthy"] is None


def test_the_page_has_the_sentence_the_figures_and_what_to_change():
    one = Diagnosis(
        name="leakage",
        level="warning",
        sentence="the same rows twice.",
        evidence={"share": 0.125, "rows": 1234, "of": "train"},
        change=("leave them out", "or do not"),
    )
    report = Report(task="tag", found=[one], unseen=["the gates: no rows"])
    assert report.to_text() == (
        "warning  leakage: the same rows twice.\n"
        "           evidence: share 0.125, rows 1,234, of train\n"
        "         → leave them out\n"
        "         → or do not\n"
        "not examined: the gates: no rows\n"
        "\n"
        "1 warning: begin with the first one."
    )
    found = json.loads(json.dumps(report.to_json()))
    assert found["healthy"] is False
    assert found["findings"][0]["evidence"]["rows"] == 1234
    assert found["not_examined"] == ["the gates: no rows"]
    nothing = Report(task="tag", found=[])
    assert nothing.to_text() == "nothing found: nothing has to change."
    assert nothing.to_json()["healthy"] is True


def test_figures_are_told_in_as_many_digits_as_one_reads():
    told = [shown(n) for n in (0.012345, 12.345, 12345.0, 7, 1e9, 2e-7, "as it is")]
    assert told == ["0.0123", "12.3", "12,345", "7", "1e+09", "2e-07", "as it is"]


def test_the_loss_of_chance_is_the_entropy_of_the_labels():
    assert entropy([1, 1]) == pytest.approx(math.log(2))
    assert entropy([98, 2]) == pytest.approx(0.0980, abs=1e-4)
    assert entropy([7, 0]) == 0.0
    assert case().chance == pytest.approx(math.log(2))
    rare = case(rows(train={"labels": {"bad": 98, "good": 2}}))
    assert rare.chance == pytest.approx(0.0980, abs=1e-4)
    weighted = case(settings={"task.class_weights": "balanced"})
    assert weighted.chance == 0.7  # that of fresh weights


def test_events_are_read_whole_but_for_a_last_line_cut_short(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text('{"event": "note"}\n{"event": "sta', encoding="utf-8")
    assert read_events(path) == [{"event": "note"}]
    path.write_text('{"event": "note"}\n[1]\n{"event": "x"}\n', encoding="utf-8")
    with pytest.raises(UnreadableDataError) as why:
        read_events(path)
    assert str(why.value) == (
        f"{path}, line 2: this is no event of a run.\n"
        "  expected: a folder that `unrolled train` wrote, with its events.jsonl\n"
        "  to fix:   give the folder that was --out in training\n"
        "  code:     unreadable-data"
    )
    with pytest.raises(UnreadableDataError, match="is not there"):
        read_events(tmp_path / "nothing.jsonl")
