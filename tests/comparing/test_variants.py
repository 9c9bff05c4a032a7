"""What varies: all combinations, their names, and what is refused."""

import pytest

from unrolled.comparing.variants import Axis, axis_of, variants_of
from unrolled.errors import SettingError, UnknownNameError

CELLS = Axis("model.cell", ("elman", "gru"))


def test_every_combination_the_first_values_first():
    made = variants_of("classify", [CELLS, axis_of("model.pooling=last,mean")])
    assert [one.name for one in made] == [
        "elman, pooling last",
        "elman, pooling mean",
        "gru, pooling last",
        "gru, pooling mean",
    ]
    assert made[3].settings == {"model.cell": "gru", "model.pooling": "mean"}


def test_a_value_alone_is_set_and_not_named():
    first, second = variants_of("classify", [CELLS, axis_of("model.pooling=last")])
    assert (first.name, second.name) == ("elman", "gru")
    assert second.settings == {"model.cell": "gru", "model.pooling": "last"}


def test_directions_have_words():
    made = variants_of("classify", [axis_of("model.bidirectional=false,true")])
    assert [one.name for one in made] == ["one direction", "both directions"]


def test_feedforward_is_a_network_and_has_no_directions():
    axes = [Axis("model.cell", ("gru", "feedforward"))]
    made = variants_of("classify", [*axes, axis_of("model.bidirectional=false,true")])
    assert [one.name for one in made] == [
        "gru, one direction",
        "gru, both directions",
        "feedforward",
    ]
    assert made[2].settings == {"model.network": "feedforward"}
    assert [one.is_feed_forward for one in made] == [False, False, True]


def refused(task: str, *axes: Axis) -> str:
    with pytest.raises(SettingError) as why:
        variants_of(task, list(axes))
    return str(why.value)


def test_one_alone_is_not_compared():
    assert refused("classify", Axis("model.cell", ("gru",))) == (
        "1 thing to compare: gru.\n"
        "  expected: two or more\n"
        "  to fix:   name several cells, as in --cells elman,lstm,gru, or let a setting"
        " vary, as in --vary model.pooling=last,mean\n"
        "  code:     setting"
    )
    assert refused("classify").startswith("1 thing to compare: none.")


def test_feedforward_is_refused_where_there_is_none():
    found = refused("language_model", Axis("model.cell", ("gru", "feedforward")))
    assert found.startswith('"feedforward" was asked for, for the task language_model.')
    assert "only classify has a feed-forward network" in found


def test_a_task_without_a_cell_is_refused():
    found = refused("embed", Axis("model.cell", ("gru", "lstm")))
    assert found.startswith("the task embed has no recurrent cell.")


def test_seeds_do_not_vary():
    found = refused("classify", axis_of("training.seed=1,2"))
    assert found.startswith("training.seed was to vary.")
    assert "use --seeds for how many there are" in found


def test_a_wrong_axis_is_refused():
    with pytest.raises(SettingError, match='--vary: "pooling" does not say what var'):
        axis_of("pooling")


def test_an_unknown_key_is_told_with_its_option_and_the_nearest():
    found = refused("classify", axis_of("task.smothing=0,1"))
    assert found == (
        '--vary: classify has no setting "task.smothing".\n'
        "  expected: one of task.kind, task.reads, task.width, task.class_weights,"
        " task.smoothing, task.reject, task.strangers, task.none_label\n"
        '  to fix:   did you mean "task.smoothing"?\n'
        "  code:     setting"
    )
    found = refused("classify", axis_of("modle.pooling=last,mean"))
    assert "expected: section.key, with a section of data, text, sound, mo" in found
    assert 'did you mean "model.pooling"?' in found
    found = refused("classify", axis_of("model.zzz=1,2"))
    assert "  to fix:   see `unrolled tasks classify`\n" in found


def test_an_option_of_other_tasks_is_told_as_such():
    axis = axis_of("model.attention=none,additive", "--attention")
    found = refused("classify", axis)
    assert found.startswith('--attention: classify has no setting "model.attention".')
    assert "to fix:   leave --attention out; `unrolled tasks classify` lists" in found


def test_an_unknown_cell_is_told_with_all_that_there_are():
    with pytest.raises(UnknownNameError) as why:
        variants_of("classify", [Axis("model.cell", ("gru", "zzz"))])
    assert str(why.value) == (
        '--cells: there is no cell "zzz".\n'
        "  expected: one of elman, feedforward, gru, lstm\n"
        "  to fix:   choose among these; a cell of your own is a file in"
        " src/unrolled/cells\n"
        "  code:     unknown-name"
    )
    with pytest.raises(UnknownNameError, match='did you mean "feedforward"'):
        variants_of("classify", [Axis("model.cell", ("gru", "feed-forward"))])
    with pytest.raises(UnknownNameError, match="one of elman, gru, lstm\n"):
        variants_of("language_model", [Axis("model.cell", ("gru", "zzz"))])
