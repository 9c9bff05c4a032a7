"""Tags to numbers and back in every scheme, and tags that cannot be learned."""

import pytest

from unrolled.errors import (
    BrokenModelError,
    SettingError,
    UnknownLabelError,
    UnreadableDataError,
)
from unrolled.tasks._base import Example
from unrolled.tasks._tag.rows import Row, row_of
from unrolled.tasks._tag.settings import TagSettings
from unrolled.tasks._tag.targets import Tags

SPELLED = {
    "IOB1": ["I-PER", "I-PER", "B-PER", "O", "I-LOC"],
    "BIO": ["B-PER", "I-PER", "B-PER", "O", "B-LOC"],
    "BIOES": ["B-PER", "E-PER", "S-PER", "O", "S-LOC"],
}
BY_SCHEME = pytest.mark.parametrize("scheme", SPELLED)


def rows(*tags: list[str]) -> list[Row]:
    return [
        row_of(Example(["w"] * len(some), some, f"a.conll, line {n}"))
        for n, some in enumerate(tags, 1)
    ]


def learn(some: list[Row], **given: str) -> Tags:
    return Tags.learn(some, TagSettings(**given), "tag")


@BY_SCHEME
@pytest.mark.parametrize("learned", ["BIO", "BIOES"])
def test_spans_are_learned_in_one_scheme_and_answered_in_that_of_the_data(
    scheme, learned
):
    given = rows(SPELLED[scheme])
    tags = learn(given, learned=learned)
    assert tags.scheme == scheme
    assert tags.has_spans
    assert tags.kinds == ["LOC", "PER"]
    numbers = tags.encode(given).values.tolist()
    assert [tags.names[n] for n in numbers] == SPELLED[learned]
    assert tags.decode(numbers) == SPELLED[scheme]
    assert tags.wanted(given[0]) == SPELLED[scheme]


def test_all_parts_of_a_kind_are_known_though_only_some_were_seen():
    tags = learn(rows(["B-PER", "O"]))
    assert tags.names == ["O", "B-PER", "I-PER", "E-PER", "S-PER"]
    numbers = tags.encode(rows(["B-PER", "I-PER", "I-PER"])).values.tolist()
    assert numbers == [1, 2, 3]


def test_plain_tags_are_learned_as_they_are():
    given = rows(["DET", "NOUN"], ["VERB"])
    tags = learn(given)
    assert (tags.scheme, tags.learned) == ("plain", "plain")
    assert tags.names == ["DET", "NOUN", "VERB"]
    assert not tags.has_spans
    assert tags.kinds == []
    encoded = tags.encode(given)
    assert encoded.values.tolist() == [0, 1, 2]
    assert encoded.lengths.tolist() == [2, 1]
    assert all(part.all() for part in tags.constraints())


def test_spans_of_a_text_are_answered_in_bio():
    given = [row_of(Example("Ann Lee in Rome", [[0, 7, "PER"], [11, 15, "LOC"]], "a"))]
    tags = learn(given)
    assert tags.wanted(given[0]) == ["B-PER", "I-PER", "O", "B-LOC"]
    numbers = tags.encode(given).values.tolist()
    assert [tags.names[n] for n in numbers] == ["B-PER", "E-PER", "O", "S-LOC"]


def test_constraints_follow_the_learned_scheme():
    tags = learn(rows(["B-PER", "I-PER", "O"]), learned="BIO")
    may = tags.constraints()
    assert tags.names == ["O", "B-PER", "I-PER"]
    assert may.start.tolist() == [True, True, False]
    assert may.between[0].tolist() == [True, True, False]
    assert may.between[1].tolist() == [True, True, True]
    assert may.stop.tolist() == [True, True, True]


def test_tags_can_be_read_as_plain_ones():
    tags = learn(rows(["B-PER", "I-PER", "O"]), scheme="plain")
    assert tags.names == ["B-PER", "I-PER", "O"]
    assert not tags.has_spans


def test_a_scheme_that_tags_do_not_follow_is_refused():
    with pytest.raises(SettingError) as why:
        learn(rows(["NOUN", "O"]), scheme="BIO")
    assert str(why.value) == (
        'task.scheme=BIO, and a tag is "NOUN".\n'
        "  expected: O, and B-, I-, E- or S- before the kind of a span\n"
        "  to fix:   leave task.scheme out\n"
        "  code:     setting"
    )


@pytest.mark.parametrize(
    ("tags", "what"), [(["O", "O"], 'only "O"'), (["X"], 'only "X"'), ([], "no tag")]
)
def test_one_tag_is_nothing_to_learn(tags, what):
    with pytest.raises(UnreadableDataError) as why:
        learn(rows(tags))
    assert str(why.value) == (
        f'a.conll: column "tag" holds {what}.\n'
        "  expected: at least two different tags to tell apart\n"
        "  to fix:   add rows with other tags, or name another column with --target\n"
        "  code:     unreadable-data"
    )


@pytest.mark.parametrize(
    ("learned", "asked", "known"),
    [
        (["B-PER", "O"], "B-ORG", "PER"),
        (["B-PER", "O"], "NOUN", "PER"),
        (["DET", "NOUN"], "VERB", "DET, NOUN"),
    ],
)
def test_a_tag_that_training_lacks_is_named_with_its_place(learned, asked, known):
    tags = learn(rows(learned))
    with pytest.raises(UnknownLabelError) as why:
        tags.encode(rows([learned[0]], [asked]))
    assert why.value.found == (
        f'a.conll, line 2: column "tag" holds "{asked}", not a known label.'
    )
    assert why.value.expected == f"one of {known}"


def test_a_folder_brings_them_back_and_damaged_ones_are_refused():
    tags = learn(rows(["B-PER", "O"]))
    plain = tags.to_json()
    assert Tags.from_json(plain) == tags
    for key, value in [
        ("names", ["O"]),
        ("names", ["O", 3]),
        ("names", ["O", "O"]),
        ("names", None),
        ("scheme", "BILUX"),
        ("learned", "plain"),
        ("header", 3),
        ("more", "x"),
    ]:
        with pytest.raises(BrokenModelError, match="does not describe tags"):
            Tags.from_json(plain | {key: value})
    with pytest.raises(BrokenModelError):
        Tags.from_json(None)
