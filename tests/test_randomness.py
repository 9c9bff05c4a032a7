"""Streams of chance: a function of the seed and the names, and of nothing else."""

import pytest
import torch

from unrolled.randomness import computing_on, derive, drawing_from, stream


def test_a_stream_is_the_same_on_every_machine_and_in_every_version():
    """Written down once: a change here changes every run ever made."""
    assert derive(0) == 3456079177858693020
    assert derive(0, "weights") == 7831180306208225803
    assert derive(0, "order", 3) == 2243224229351528686
    assert derive(1, "weights") == 3568524988930653125


def test_names_and_numbers_each_make_a_stream_of_their_own():
    seeds = {
        derive(0),
        derive(1),
        derive(0, "order"),
        derive(0, "order", 1),
        derive(0, "order", 11),
        derive(0, "order1"),
        derive(0, "order", 1, 1),
        derive(0, "1", "order"),
        derive(-1),
        derive(2**70),
    }
    assert len(seeds) == 10
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_name_may_be_a_number_or_its_text():
    assert derive(0, "step", 7) == derive(0, "step", "7")


def test_a_generator_draws_the_same_numbers_again():
    first, second = stream(5, "split"), stream(5, "split")
    assert torch.equal(
        torch.rand(10, generator=first), torch.rand(10, generator=second)
    )
    other = torch.rand(10, generator=stream(5, "weights"))
    assert not torch.equal(torch.rand(10, generator=stream(5, "split")), other)


def test_streams_do_not_resemble_each_other():
    drawn = torch.stack(
        [torch.randn(2000, generator=stream(0, "step", n)) for n in range(20)]
    )
    correlation = torch.corrcoef(drawn).fill_diagonal_(0)
    assert correlation.abs().max() < 0.1  # five standard deviations for 2000 draws


def test_inside_the_block_torch_draws_from_the_stream():
    with drawing_from(3, "step", 1):
        first = torch.rand(4)
    torch.manual_seed(99)
    torch.rand(7)
    with drawing_from(3, "step", 1):
        assert torch.equal(torch.rand(4), first)
        assert not torch.equal(torch.rand(4), first)


def test_what_others_draw_is_not_disturbed():
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with drawing_from(3, "dropout"):
        torch.rand(100)
    assert torch.equal(torch.rand(3), expected)


def test_an_error_inside_the_block_puts_the_state_back_too():
    before = torch.get_rng_state()
    with pytest.raises(KeyError), drawing_from(3):
        raise KeyError
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("asked", "found"), [(1, 1), (2, 2), (0, None)])
def test_inside_the_block_torch_computes_on_so_many_threads(asked, found):
    before = torch.get_num_threads()
    with computing_on(asked):
        assert torch.get_num_threads() == (before if found is None else found)
    assert torch.get_num_threads() == before
    with pytest.raises(KeyError), computing_on(asked):
        raise KeyError
    assert torch.get_num_threads() == before
