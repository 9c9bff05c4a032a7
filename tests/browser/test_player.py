"""The page in a browser: gone through by keyboard and pointer, and without a script."""

import re

import pytest

from tests.tracing.made_records import verdict, written
from unrolled.tracing.page import page_of


def _clean(found):
    assert found.asked == []
    assert found.errors == []


def test_keys_go_through_the_steps(opened):
    found = opened(page_of(verdict()))
    assert found.text("#where") == "the · inputs 1 of 11"
    found.press("ArrowRight", "ArrowRight")
    assert found.text("#where") == "is · inputs 3 of 11"
    found.press("ArrowLeft")
    assert found.text("#where") == "film · inputs 2 of 11"
    found.press("End", "ArrowRight")
    assert found.text("#where") == "great · inputs 11 of 11"
    found.press("Home", "ArrowLeft")
    assert found.text("#where") == "the · inputs 1 of 11"
    _clean(found)


def test_the_current_step_is_marked_in_every_lane_and_in_the_net(opened):
    found = opened(page_of(verdict()))
    found.press("ArrowRight", "ArrowRight")
    lanes = found.page.locator("[data-lane=inputs]").count()
    assert lanes == 8  # h, c, three gates, candidate, answer, gradient
    bands = found.page.locator("[data-lane=inputs] .now.on")
    assert bands.count() == lanes
    column = found.page.locator(".cells").first.evaluate(
        "e => parseFloat(getComputedStyle(e).getPropertyValue('--column'))"
    )
    for band in bands.all():
        left = band.evaluate("e => parseFloat(getComputedStyle(e).left)")
        assert left == pytest.approx(2 * column)
    assert found.page.locator(".copy.now").get_attribute("data-step") == "2"
    assert found.page.locator(".words .now").get_attribute("data-step") == "2"


def test_the_arithmetic_of_a_unit_is_right(opened):
    found = opened(page_of(verdict()))
    found.press("ArrowRight", "ArrowRight", "ArrowRight")
    said = found.text("#sum-said").replace("−", "-")
    f, before, i, g, c, o, tanh, h = map(float, re.findall(r"-?\d\.\d\d", said))
    assert f * before + i * g == pytest.approx(c, abs=0.03)
    assert o * tanh == pytest.approx(h, abs=0.02)
    unit = int(re.findall(r"Unit (\d+) ", said)[0])
    kept = verdict().arrays["stack.l0/h"].values[3, unit]
    assert h == pytest.approx(float(kept), abs=0.005)


def test_another_unit_can_be_chosen(opened):
    found = opened(page_of(verdict(both=True)))
    found.page.select_option("#unit", "stack.l0_reverse/2")
    assert "of stack.l0_reverse: c = f × c before" in found.text("#sum-said")


def test_space_plays_to_the_end_and_stops_there(opened):
    found = opened(page_of(verdict(["a", "b", "c", "d"])))
    found.page.select_option("#speed", "350")
    found.page.locator("#speed").blur()
    found.press(" ")
    assert found.page.locator("#play").get_attribute("aria-label") == "Pause"
    found.page.locator("#where", has_text="4 of 4").wait_for()
    assert found.page.locator("#play").get_attribute("aria-label") == "Play"


def test_b_plays_backward_along_the_gradient(opened):
    found = opened(page_of(verdict(["a", "b", "c", "d"])))
    found.page.select_option("#speed", "350")
    found.page.locator("#speed").blur()
    found.press("b")
    assert found.text("#where").startswith("d · inputs 4 of 4")
    assert found.page.locator("html.backward").count() == 1
    found.page.locator("#where", has_text="1 of 4").wait_for()
    assert found.page.locator("html.backward").count() == 0


def test_u_folds_and_g_hides_the_gates(opened):
    found = opened(page_of(verdict()))
    found.press("ArrowRight", "u")
    seen = "e => getComputedStyle(e).visibility === 'visible'"
    copies = found.page.locator(".copy").all()
    assert [copy.evaluate(seen) for copy in copies] == [n == 1 for n in range(11)]
    assert found.text("#fold").startswith("Unroll")
    found.press("u", "g")
    assert all(copy.evaluate(seen) for copy in copies)
    assert not found.page.locator(".gates").is_visible()
    assert found.page.locator("#gates").get_attribute("aria-pressed") == "false"
    found.press("g")
    assert found.page.locator(".gates").is_visible()


def test_a_weight_in_focus_shows_all_its_uses(opened):
    found = opened(page_of(verdict()))
    plain, lit = (
        f"[...new Set([...document.querySelectorAll('use.weight-{letter}')].map("
        "e => getComputedStyle(e).color))]"
        for letter in "RW"
    )
    before = found.page.evaluate(lit)
    found.page.locator("[data-weight=W]").focus()
    after = found.page.evaluate(lit)
    assert len(before) == len(after) == 1
    assert before != after
    assert found.page.evaluate(plain) == before


def test_a_number_is_shown_under_the_pointer_and_stays_when_pressed(opened):
    record = verdict()
    found = opened(page_of(record))
    heat = found.page.locator(".heat").first
    heat.scroll_into_view_if_needed()
    box = heat.bounding_box()
    x = box["x"] + box["width"] * 2.5 / 11
    y = box["y"] + box["height"] * 4.5 / 32
    found.page.mouse.move(x - 5, y)
    found.page.mouse.move(x, y)
    found.page.wait_for_selector("#tip.on")
    said = found.text("#tip").replace("−", "-")
    unit, word, value = re.fullmatch(r"unit (\d+), “(.+)”: (-?\d\.\d\d)", said).groups()
    assert word == "is"
    kept = float(record.arrays["stack.l0/h"].values[2, int(unit)])
    assert float(value) == pytest.approx(kept, abs=0.01)
    found.page.mouse.click(x, y)
    found.page.mouse.move(2, 2)
    assert found.page.locator("#tip.pinned.on").count() == 1
    assert found.text("#where") == "is · inputs 3 of 11"
    _clean(found)


def test_lines_and_ribbons_have_numbers_under_the_pointer_too(opened):
    found = opened(page_of(verdict()))
    drawn = found.page.locator(".ribbon svg[role=img]").first
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    found.page.mouse.move(box["x"] + 1, box["y"] + 9)
    found.page.mouse.move(box["x"] + box["width"] * 9.5 / 11, box["y"] + 9)
    told = "10 is: norm of ∂/∂h 5.000e-01, of what enters 50.00%, handed back 50.00%"
    assert found.text("#tip.on") == told


def test_a_number_is_shown_where_the_keys_are(opened):
    record = verdict()
    found = opened(page_of(record))
    found.page.locator(".heat").first.focus()
    found.press("ArrowDown", "ArrowDown", "ArrowRight")
    found.page.locator("#tip", has_text="film").wait_for()
    unit, value = re.findall(r"unit (\d+).*: (.*)", found.text("#tip"))[0]
    kept = float(record.arrays["stack.l0/h"].values[1, int(unit)])
    assert float(value.replace("−", "-")) == pytest.approx(kept, abs=0.01)


def test_what_is_read_comes_before_what_is_written(opened):
    found = opened(page_of(written()))
    found.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert found.text("#where") == "Il · outputs 1 of 4"
    assert "Told here: Il" in found.text("#step-said")
    assert "began with a state that was given" in found.text("#sum-said")
    assert found.page.locator(".row.now").inner_text() == "Il"
    found.press("End")
    assert found.text("#where") == "<end> · outputs 4 of 4"


def test_everything_is_there_without_a_script(opened):
    found = opened(page_of(verdict()), script=False)
    assert found.page.locator(".copy").count() == 11
    for copy in found.page.locator(".copy").all():
        assert copy.is_visible()
    assert found.page.locator(".gates").is_visible()
    assert not found.page.locator(".player").is_visible()
    figures = found.page.locator("figure")
    assert figures.count() == found.page.locator("figure details").count() == 8
    first = figures.first.locator("summary")
    first.click()
    assert figures.first.locator("td").first.is_visible()
    _clean(found)


def test_nothing_moves_for_those_who_ask_for_rest(opened):
    slow = "[...document.querySelectorAll('*')].filter(e => parseFloat("
    slow += "getComputedStyle(e).transitionDuration) > 0).length"
    assert opened(page_of(verdict()), calm=True).page.evaluate(slow) == 0
    assert opened(page_of(verdict()), calm=False).page.evaluate(slow) > 0


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_itself_never_scrolls_sideways(opened, width):
    for record in (verdict(both=True), written()):
        found = opened(page_of(record), width=width)
        wide = found.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


def test_on_a_narrow_screen_the_lanes_follow_the_step_together(opened):
    found = opened(page_of(verdict()), width=360)
    found.press("End")
    pane = found.page.locator(".pane")
    right = pane.bounding_box()
    for band in found.page.locator(".pane .now.on").all():
        box = band.bounding_box()
        assert right["x"] <= box["x"]
        assert box["x"] + box["width"] <= right["x"] + right["width"] + 1
    copy = found.page.locator(".copy.now .wash").bounding_box()
    assert 0 <= copy["x"] <= 360 - copy["width"]


def test_on_paper_every_step_is_there(opened):
    words = [f"word{number}" for number in range(60)]
    found = opened(page_of(verdict(words)), width=700)
    found.page.emulate_media(media="print")
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 700
    for heat in found.page.locator(".heat").all():
        box = heat.bounding_box()
        assert box["x"] + box["width"] <= 700
    assert not found.page.locator(".player").is_visible()
