"""Sentences say what the tests support, and no more."""

from unrolled.comparing.sentences import sentences


def told(other: dict, *, match: str = "", better: str = "more", metric="accuracy"):
    usual = {
        metric: 0.8,
        "parameters": 1000,
        "recurrent_parameters": 100,
        "hidden": 4,
        "seconds_by_seed": [10.0, 12.0],
        "by_length": [],
        "feed_forward": False,
    }
    return {
        "metric": metric,
        "better": better,
        "match": match,
        "seeds": 2,
        "on": "test",
        "examples": 500,
        "rows_drawn": True,
        "metrics": {"lstm": usual, "gru": {**usual, **other}},
    }


def difference(value: float, low: float, high: float, p: float) -> dict:
    test = {"value": value, "interval": [low, high], "p": p, "p_holm": p}
    return {"difference": test}


def test_as_good_needs_an_interval_within_a_point():
    one = {
        **difference(0.002, -0.009, 0.012, 0.7),
        "parameters": 750,
        "seconds_by_seed": [7.7, 9.0],
    }
    assert sentences(told(one)) == [
        "gru: as good as lstm (+0.2 points, 95 % interval −0.9 to +1.2), 25 % smaller,"
        " 1.3 times faster to train."
    ]


def test_a_wide_interval_shows_nothing():
    [found] = sentences(told(difference(0.002, -0.03, 0.03, 0.7)))
    assert found == (
        "gru: no difference from lstm is shown (+0.2 points, 95 % interval −3.0 to"
        " +3.0)."
    )


def test_few_rows_are_never_enough_for_as_good():
    made = told(difference(0.0, 0.0, 0.625, 0.228)) | {"examples": 299}
    assert sentences(made) == [
        "gru: no difference from lstm is shown on 299 rows (+0.0 points, 95 % interval"
        " +0.0 to +62.5)."
    ]
    [found] = sentences({**made, "examples": 300})
    assert found.startswith("gru: as good as lstm (")
    made = told(difference(0.0, 0.0, 0.1, 0.2), metric="mae") | {"examples": 8}
    assert sentences(made)[0].startswith("gru: as good as lstm (")


def test_without_an_interval_nothing_is_claimed():
    test = {"value": 0.25, "interval": None, "p": 1.0, "p_holm": 1.0}
    made = told({"difference": test}) | {
        "examples": 4,
        "seeds": 1,
        "rows_drawn": False,
    }
    first, _, undrawn = sentences(made)
    assert first == (
        "gru: no difference from lstm is shown on 4 rows (+25.0 points, without an"
        " interval)."
    )
    assert undrawn == (
        "4 rows: too few to be drawn again, and one seed does not vary: there is no"
        " interval and no test."
    )
    assert sentences({**made, "examples": 1, "seeds": 2})[1] == (
        "1 row: too few to be drawn again: intervals are over seeds."
    )


def test_what_only_correction_takes_away_is_told():
    one = difference(-0.03, -0.06, -0.01, 0.02)
    one["difference"]["p_holm"] = 0.06
    [found] = sentences(told(one))
    assert found.endswith("−1.0; p 0.020, and 0.060 as one of several tests).")


def test_better_and_worse_follow_the_metric():
    [found] = sentences(told(difference(0.05, 0.02, 0.08, 0.01)))
    assert found.startswith("gru: better than lstm (+5.0 points")
    one = difference(0.05, 0.02, 0.08, 0.01)
    [found] = sentences(told(one, better="less", metric="nats_per_token"))
    assert found.startswith("gru: worse than lstm (+0.0500, 95 % interval +0.0200 to")


def test_a_time_on_which_seeds_disagree_is_not_told():
    one = {**difference(0, -0.03, 0.03, 1), "seconds_by_seed": [5.0, 12.5]}
    [found] = sentences(told(one))
    assert "faster" not in found and "slower" not in found
    one["seconds_by_seed"] = [20.0, 24.0]
    assert sentences(told(one))[0].endswith(", 2.0 times slower to train.")
    assert "slower" not in sentences(told(one, match="time"))[0]


def test_falling_behind_with_length_has_its_own_test():
    part = {"from": 1, "to": 5, "rows": 9, "value": 0.8}
    long = {"from": 6, "to": 40, "rows": 9, "value": 0.6}
    one = {
        **difference(-0.1, -0.2, 0.0, 0.2),
        "by_length": [part, long],
        "falls_behind": {"value": -0.2, "interval": [-0.3, -0.1]},
        "feed_forward": True,
    }
    both = told(one)
    both["metrics"]["lstm"]["by_length"] = [part, {**long, "value": 0.8}]
    said = (
        "(against lstm +0.0 points at 1 to 5 tokens, −20.0 points at 6 to 40 tokens)."
    )
    assert sentences(both)[1] == f"gru: falls behind as rows grow {said}"
    one["falls_behind"] = {"value": -0.2, "interval": [-0.3, 0.1]}
    both["metrics"]["gru"] = {**both["metrics"]["gru"], **one}
    assert sentences(both)[1] == f"gru: no change with length is shown {said}"
    both["metrics"]["gru"]["feed_forward"] = False
    assert len(sentences(both)) == 1


def test_a_width_that_does_not_match_is_told():
    one = {**difference(0, -0.03, 0.03, 1), "recurrent_parameters": 95}
    assert sentences(told(one, match="parameters"))[1] == (
        "gru: a width of 4 comes nearest, with 5.0 % fewer weights in the recurrent"
        " part."
    )


def test_one_seed_and_validation_rows_are_told():
    made = told(difference(0, -0.03, 0.03, 1))
    made |= {"seeds": 1, "on": "valid", "rows_drawn": False}
    _, first, drawn, second = sentences(made)
    assert drawn.startswith("These rows cannot be drawn one by one")
    assert first.startswith("One seed: ")
    assert second.startswith("Scored on the rows that chose the best epoch")
