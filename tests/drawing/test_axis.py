"""The steps that lanes share: room for names, and the same columns everywhere."""

from unrolled.drawing.axis import ROOM, axis_of, labels, labels_again, lane, short


def test_few_short_words_lie_side_by_side():
    axis = axis_of("inputs", ["He", "is", "great"])
    assert not axis.stands
    assert axis.every == 1
    assert axis.width == 3 * axis.column <= ROOM


def test_many_words_stand_in_narrow_columns():
    axis = axis_of("inputs", ["wonderful"] * 50)
    assert axis.stands
    assert axis.column < 30
    assert axis.height > 60
    assert labels(axis).count("rotate(-90)") == 50


def test_many_letters_lie_in_narrow_columns():
    axis = axis_of("inputs", list("To be, or not to be, that is"))
    assert not axis.stands
    assert axis.every == 1


def test_of_very_many_steps_some_have_names():
    axis = axis_of("frames", [f"{at / 100:.2f}" for at in range(400)])
    assert axis.every > 1
    assert axis.column * axis.every >= 30  # room for 3.99
    assert labels(axis).count("<text") == -(-400 // axis.every)


def test_words_have_their_names_however_many():
    axis = axis_of("inputs", ["wonderful"] * 300)
    assert axis.every == 1
    assert axis.stands


def test_no_step_at_all_has_no_width():
    assert axis_of("inputs", []).width == 0


def test_names_are_cut_and_the_unseen_is_shown():
    assert short(" ") == "␣"
    assert short("\n") == "⏎"
    assert short("") == "∅"
    assert short("a" * 40) == "a" * 15 + "…"


def test_names_are_drawn_once_and_shown_again():
    axis = axis_of("<in>", ["<b>"])
    assert "<b>" not in labels(axis)
    assert 'id="names-&lt;in&gt;"' in labels(axis)
    assert 'href="#names-&lt;in&gt;"' in labels_again(axis)
    made = lane(axis, "<svg></svg>", name="h")
    assert 'data-lane="&lt;in&gt;"' in made
    assert f"--column:{axis.column:g}px" in made
