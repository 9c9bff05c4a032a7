"""A draft: its text after changes, and the edits that lead there."""

from random import Random

from unrolled.tasks._correct.draft import Change, Draft


def replayed(draft: Draft) -> str:
    text = draft.given
    for edit in reversed(draft.edits()):
        assert edit["original"] == draft.given[edit["start"] : edit["stop"]]
        text = text[: edit["start"]] + edit["replacement"] + text[edit["stop"] :]
    return text


def test_places_of_edits_count_in_the_given_text_after_two_rounds():
    draft = Draft("He go to the school yesturday")
    draft.apply(
        [Change(8, 12, "", "delete", 0.9), Change(20, 29, "yesterday", "spell", 0.8)]
    )
    assert draft.text == "He go to school yesterday"
    draft.apply([Change(3, 5, "went", "past", 0.7)])
    assert draft.text == "He went to school yesterday"
    assert [(e["start"], e["stop"], e["replacement"]) for e in draft.edits()] == [
        (3, 5, "went"),
        (8, 12, ""),
        (20, 29, "yesterday"),
    ]


def test_a_change_inside_a_change_is_one_edit_as_sure_as_the_less_sure_one():
    draft = Draft("He alot")
    draft.apply([Change(3, 7, "a lot", "split", 0.9)])
    draft.apply([Change(5, 8, "lots", "plural", 0.6)])
    [edit] = draft.edits()
    assert (edit["start"], edit["stop"], edit["replacement"]) == (3, 7, "a lots")
    assert edit["confidence"] == 0.6


def test_a_change_that_is_taken_back_is_no_edit():
    draft = Draft("He goes")
    draft.apply([Change(3, 7, "went", "past", 0.5)])
    draft.apply([Change(3, 7, "goes", "third", 0.5)])
    assert draft.text == "He goes"
    assert draft.edits() == []


def test_two_things_put_in_at_one_place_stay_two_edits():
    draft = Draft("dog")
    draft.apply([Change(0, 0, "The ", "insert", 0.5)])
    draft.apply([Change(0, 0, "So ", "insert", 0.5)])
    assert draft.text == "So The dog"
    assert [edit["replacement"] for edit in draft.edits()] == ["So ", "The "]


def test_an_untouched_text_has_no_edits():
    for text in ("", " a  b\t\n"):
        assert Draft(text).text == text
        assert Draft(text).edits() == []


def test_any_changes_in_any_rounds_are_told_by_edits_that_lead_to_the_text():
    for seed in range(300):
        draw = Random(seed)
        draft = Draft("".join(draw.choice("abc ") for _ in range(draw.randrange(12))))
        for _ in range(draw.randrange(4)):
            changes, reached, text = [], 0, draft.text
            while draw.random() < 0.7 and reached < len(text):
                start = draw.randrange(reached, len(text) + 1)
                stop = min(start + draw.randrange(4), len(text))
                new = "".join(draw.choice("xyz") for _ in range(draw.randrange(3)))
                changes.append(Change(start, stop, new, f"k{draw.random()}", 0.5))
                reached = stop + 1
            wanted = text
            for change in reversed(changes):
                wanted = (
                    wanted[: change.start] + change.replacement + wanted[change.stop :]
                )
            draft.apply(changes)
            assert draft.text == wanted
        assert replayed(draft) == draft.text
