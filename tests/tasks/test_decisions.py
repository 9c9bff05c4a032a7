"""From scores to answers: what is fitted afterwards, the answers, and their score."""

import json
import math

import pytest
import torch
from torch import Tensor

from unrolled.errors import BrokenModelError
from unrolled.tasks._decisions import Rule, score, text
from unrolled.tasks._metrics import calibration_error
from unrolled.tasks._targets import Targets

LABEL = Targets("label", "mood", ["bad", "fine", "good"])
LABELS = Targets("labels", "mood", ["fear", "joy"])
RATING = Targets("rating", "stars", ["1", "2.5", "5"])
NUMBER = Targets("number", "price", [], center=10.0, scale=2.0)
ALL = pytest.mark.parametrize(
    "targets", [LABEL, LABELS, RATING, NUMBER], ids=lambda targets: targets.kind
)


def scores_of(targets: Targets, rows: int = 5) -> Tensor:
    columns = {"rating": 2, "number": 1}.get(targets.kind, len(targets.names))
    generator = torch.Generator().manual_seed(0)
    scores = 2 * torch.randn(rows, columns, generator=generator)
    return scores.sort(dim=1, descending=True).values if columns == 2 else scores


def logit(share: float) -> float:
    return math.log(share / (1 - share))


# -- what is fitted ------------------------------------------------------------------


def sampled(rows: int) -> tuple[Tensor, Tensor]:
    """Scores, and answers drawn with exactly the probabilities that the scores say."""
    generator = torch.Generator().manual_seed(1)
    scores = 1.5 * torch.randn(rows, 3, generator=generator)
    drawn = torch.multinomial(scores.softmax(1), 1, generator=generator)
    return scores, drawn.squeeze(1)


@pytest.mark.parametrize("factor", [3.0, 1.0, 0.5])
def test_the_temperature_takes_back_what_is_too_sure_or_too_shy(factor):
    scores, wanted = sampled(4000)
    rule = Rule.fit(LABEL, factor * scores, wanted)
    assert rule.temperature == pytest.approx(factor, rel=0.08)

    def error(of: Rule) -> float:
        answers = of.answers(LABEL, factor * scores)
        sure = torch.tensor([max(a["probabilities"].values()) for a in answers])
        said = torch.tensor([LABEL.names.index(a["prediction"]) for a in answers])
        return calibration_error(sure, said == wanted)

    assert error(rule) < 0.03
    if factor != 1:
        assert error(Rule.plain(LABEL)) > 0.1


def test_a_temperature_changes_no_prediction():
    scores, wanted = sampled(50)
    fitted = Rule.fit(LABEL, 4 * scores, wanted)
    plain = Rule.plain(LABEL).answers(LABEL, 4 * scores)
    found = fitted.answers(LABEL, 4 * scores)
    assert [a["prediction"] for a in found] == [a["prediction"] for a in plain]
    assert [a["probabilities"] for a in found] != [a["probabilities"] for a in plain]


def test_a_temperature_stays_between_a_quarter_and_sixty_four():
    scores = torch.eye(3).repeat(4, 1)
    right = torch.arange(3).repeat(4)
    assert Rule.fit(LABEL, scores, right).temperature == pytest.approx(0.25)
    assert Rule.fit(LABEL, 50 * scores, right.roll(1)).temperature == pytest.approx(64)


def test_each_label_gets_the_threshold_with_its_best_f1():
    shares = [[0.33, 0.9, 0.2], [0.35, 0.8, 0.3], [0.6, 0.7, 0.4], [0.11, 0.21, 0.9]]
    true = torch.tensor([[1.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    names = Targets("labels", "x", ["low", "hard", "never"])
    rule = Rule.fit(names, torch.tensor(shares).logit(), true)
    # low: 0.15 to 0.3 are perfect; hard: all below 0.21 are best; never: all are alike
    assert rule.thresholds == pytest.approx([0.3, 0.2, 0.5])
    assert rule.temperature == 1.0
    predicted = [
        a["prediction"] for a in rule.answers(names, torch.tensor(shares).logit())
    ]
    assert predicted == [
        ["low", "hard"],
        ["low", "hard"],
        ["low", "hard"],
        ["hard", "never"],
    ]


@ALL
def test_without_rows_nothing_is_fitted(targets):
    columns = scores_of(targets).shape[1]
    rule = Rule.fit(targets, torch.zeros(0, columns), torch.zeros(0, dtype=torch.int64))
    assert rule == Rule.plain(targets)
    assert rule.temperature == 1.0
    assert rule.thresholds == ([0.5, 0.5] if targets is LABELS else [])


def test_what_was_fitted_is_told_in_words():
    assert Rule(1.5).notes(LABEL) == ["probabilities calibrated: temperature 1.50"]
    assert Rule(1.0, [0.5, 0.25]).notes(LABELS) == ["thresholds: fear 0.50, joy 0.25"]
    assert Rule().notes(RATING) == []
    assert Rule().notes(NUMBER) == []


# -- answers -------------------------------------------------------------------------


def test_a_label_is_the_most_probable_one():
    scores = torch.tensor([[0.0, math.log(2), 0.0], [5.0, 0.0, 0.0]])
    first, second = Rule().answers(LABEL, scores)
    assert first["prediction"] == "fine"
    assert first["probabilities"] == pytest.approx(
        {"bad": 0.25, "fine": 0.5, "good": 0.25}
    )
    assert second["prediction"] == "bad"
    (warm,) = Rule(2.0).answers(LABEL, scores[1:])
    total = math.exp(2.5) + 2
    assert warm["probabilities"]["bad"] == pytest.approx(math.exp(2.5) / total)


def test_labels_are_all_those_above_their_thresholds():
    scores = torch.tensor([[logit(0.3), logit(0.6)], [logit(0.1), logit(0.4)]])
    found = Rule(1.0, [0.2, 0.5]).answers(LABELS, scores)
    assert [a["prediction"] for a in found] == [["fear", "joy"], []]
    assert found[0]["probabilities"] == pytest.approx({"fear": 0.3, "joy": 0.6})


def test_a_rating_is_the_median_grade_and_not_the_most_probable_one():
    scores = torch.tensor([[logit(0.6), logit(0.3)], [logit(0.4), logit(0.3)]])
    first, second = Rule().answers(RATING, scores)
    assert first["probabilities"] == pytest.approx({"1": 0.4, "2.5": 0.3, "5": 0.3})
    assert first["prediction"] == "2.5"
    assert second["prediction"] == "1"


def test_the_median_grade_has_the_least_expected_error():
    equal = Targets("rating", "stars", ["1", "2", "3", "4"])
    scores = 2 * torch.randn(200, 3).sort(dim=1, descending=True).values
    for answer in Rule().answers(equal, scores):
        pairs = [(int(n), p) for n, p in answer["probabilities"].items()]
        costs = {g: sum(p * abs(g - n) for n, p in pairs) for g in (1, 2, 3, 4)}
        assert costs[int(answer["prediction"])] <= min(costs.values()) + 1e-9


def test_a_number_is_told_in_the_units_of_its_column():
    found = Rule().answers(NUMBER, torch.tensor([[0.0], [-1.5]]))
    assert found == [{"prediction": 10.0}, {"prediction": 7.0}]


@ALL
def test_answers_are_plain_json_and_no_rows_have_none(targets):
    scores = scores_of(targets)
    found = Rule.plain(targets).answers(targets, scores)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert Rule.plain(targets).answers(targets, scores[:0]) == []
    if targets in (LABEL, RATING):
        for answer in found:
            assert sum(answer["probabilities"].values()) == pytest.approx(1)


def test_an_answer_as_one_line_of_text():
    shares = {"bad": 0.2504, "good": 0.7496}
    assert text({"prediction": "good", "probabilities": shares}) == "good\t0.750"
    assert text({"prediction": ["fear", "joy"], "probabilities": {}}) == "fear|joy"
    assert text({"prediction": [], "probabilities": {}}) == ""
    assert text({"prediction": 1234567.89}) == "1.23457e+06"
    assert text({"prediction": 0.25}) == "0.25"


# -- their score ---------------------------------------------------------------------


def test_the_score_of_labels_by_hand():
    said = [("bad", 0.95), ("bad", 0.95), ("good", 0.55)]
    answers = [{"prediction": p, "probabilities": {p: s, "-": 1 - s}} for p, s in said]
    found = score(LABEL, answers, torch.tensor([0, 2, 2]))
    assert found.pop("accuracy_interval") == pytest.approx([0, 1])
    assert found == {
        "accuracy": pytest.approx(2 / 3),
        "macro_f1": pytest.approx((2 / 3 + 2 / 3) / 2),
        "calibration_error": pytest.approx((0.9 + 0.45) / 3, abs=1e-6),
        "labels": ["bad", "fine", "good"],
        "confusion": [[1, 0, 0], [0, 0, 0], [1, 0, 1]],
    }


def test_the_score_of_several_labels_by_hand():
    answers = [{"prediction": p} for p in (["fear"], ["fear", "joy"], [])]
    wanted = torch.tensor([[1.0, 0], [0, 1], [0, 0]])
    assert score(LABELS, answers, wanted) == {
        "macro_f1": pytest.approx((2 / 3 + 1) / 2),
        "micro_f1": pytest.approx(4 / 5),
        "accuracy": pytest.approx(2 / 3),
    }


def test_the_score_of_ratings_counts_how_far_off_they_are():
    answers = [{"prediction": p} for p in ("1", "5", "2.5", "5")]
    found = score(RATING, answers, torch.tensor([0, 1, 1, 0]))
    assert found["mae"] == pytest.approx((0 + 2.5 + 0 + 4) / 4)
    assert found["accuracy"] == 0.5
    assert found["confusion"] == [[1, 0, 1], [0, 1, 1], [0, 0, 0]]
    low, high = found["mae_interval"]
    assert 0 <= low <= found["mae"] <= high <= 4
    assert "calibration_error" not in found


def test_the_score_of_numbers_is_in_the_units_of_the_column():
    answers = [{"prediction": p} for p in (10.0, 13.0, 6.0)]
    found = score(NUMBER, answers, torch.tensor([0.0, 1.0, -1.0]))  # 10, 12, 8
    assert found["mae"] == pytest.approx(1.0)
    assert found["rmse"] == pytest.approx((5 / 3) ** 0.5)
    assert found["r2"] == pytest.approx(1 - 5 / 8)
    assert found["mae_interval"][0] <= 1.0 <= found["mae_interval"][1]
    equal = score(NUMBER, answers[:1], torch.tensor([0.5]))
    assert equal["r2"] == 0.0


@ALL
def test_a_score_is_plain_json_and_of_no_answers_empty(targets):
    answers = Rule.plain(targets).answers(targets, scores_of(targets))
    wanted = {
        "labels": torch.ones(5, 2),
        "number": torch.arange(5.0),
    }.get(targets.kind, torch.tensor([0, 1, 2, 0, 1]))
    found = score(targets, answers, wanted)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert score(targets, [], wanted[:0]) == {}


# -- kept with a model ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "targets"), [(Rule(1.25), LABEL), (Rule(1.0, [0.3, 0.7]), LABELS)]
)
def test_a_rule_comes_back_from_json(rule, targets):
    plain = json.loads(json.dumps(rule.to_json()))
    assert Rule.from_json(plain, targets) == rule


@pytest.mark.parametrize(
    ("found", "targets", "lines"),
    [
        (None, LABEL, 0),
        ({"temperature": 1.0}, LABEL, 0),
        ({"temperature": 1.0, "thresholds": [], "more": 1}, LABEL, 0),
        ({"temperature": 0.0, "thresholds": []}, LABEL, 0),
        ({"temperature": "1", "thresholds": []}, LABEL, 0),
        ({"temperature": 1.0, "thresholds": [0.5]}, LABEL, 0),
        ({"temperature": 1.0, "thresholds": [0.5]}, LABELS, 2),
        ({"temperature": 1.0, "thresholds": [0.5, None]}, LABELS, 2),
        ({"temperature": 1.0, "thresholds": 0.5}, LABELS, 2),
    ],
)
def test_a_damaged_rule_is_refused_in_words(found, targets, lines):
    with pytest.raises(BrokenModelError) as refusal:
        Rule.from_json(found, targets)
    assert str(refusal.value) == (
        "task.json does not say how scores become answers.\n"
        f"  expected: a temperature above 0 and {lines} thresholds\n"
        "  to fix:   copy the model folder again, or train again\n"
        "  code:     broken-model"
    )
