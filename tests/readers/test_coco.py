"""COCO's and Karpathy's files of captions: what they give, and what is refused."""

import json
from pathlib import Path

import pytest

from unrolled.errors import UnreadableDataError
from unrolled.readers import Table, read
from unrolled.readers._bytes import LONGEST_LINE


def coco(*pictures: tuple[str, list[str]]) -> dict:
    images = [{"id": n, "file_name": name} for n, (name, _) in enumerate(pictures)]
    entries = [
        {"id": 100 * n + place, "image_id": n, "caption": caption}
        for n, (_, captions) in enumerate(pictures)
        for place, caption in enumerate(captions)
    ]
    return {"info": {"year": 2017}, "images": images, "annotations": entries}


def karpathy(*pictures: tuple[str, str, list[str]]) -> dict:
    images = [
        {
            "sentids": [n],
            "imgid": n,
            "sentences": [{"tokens": one.split(), "raw": one} for one in captions],
            "split": part,
            "filename": name,
        }
        for n, (name, part, captions) in enumerate(pictures)
    ]
    return {"images": images, "dataset": "flickr8k"}


def written(rows: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """For tests/every/test_every_reader.py: what is read, and the files it is of."""
    one = coco(*((label, [text]) for label, text in rows))
    other = karpathy(*((label, "train", [text]) for label, text in rows))
    return {
        "a.json": {"a.json": json.dumps(one, ensure_ascii=False, indent=1) + "\n"},
        "b.json": {"b.json": json.dumps(other) + "\n"},
    }


def expected(path: str, rows: list[tuple[str, str]]) -> tuple[tuple[str, ...], list]:
    """The columns and rows that come back from the file of that name."""
    if path == "b.json":
        found = [(label, [text], "train") for label, text in rows]
        return ("picture", "caption", "split"), found
    return ("picture", "caption"), [(label, [text]) for label, text in rows]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path / "data")


def read_json(found: object, name: str = "a.json", *, skip: bool = False) -> Table:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(json.dumps(found), encoding="utf-8")
    return read(name, skip_bad_rows=skip)


def refused(found: object) -> str:
    with pytest.raises(UnreadableDataError) as refusal:
        read_json(found)
    return str(refusal.value)


def test_all_captions_of_a_picture_are_one_row():
    found = read_json(coco(("a.jpg", ["A dog.", "A  brown\ndog. "]), ("b.jpg", ["X"])))
    assert found == Table(
        ("picture", "caption"),
        [("a.jpg", ["A dog.", "A brown dog."]), ("b.jpg", ["X"])],
        ["a.json, picture 1", "a.json, picture 2"],
        "a.json",
        ["encoding: UTF-8", "pictures: 2, with 3 captions"],
    )


def test_captions_stand_in_any_order():
    made = coco(("a.jpg", ["one", "two"]), ("b.jpg", ["three"]))
    made["annotations"].reverse()
    made = {"annotations": made["annotations"], "images": made["images"]}
    assert read_json(made).rows == [("a.jpg", ["two", "one"]), ("b.jpg", ["three"])]


def test_the_parts_of_karpathys_file_are_a_column():
    made = karpathy(
        ("a.jpg", "train", ["one", "two"]),
        ("b.jpg", "restval", ["three"]),
        ("c.jpg", "val", ["four"]),
        ("d.jpg", "test", ["five"]),
    )
    made["images"][2]["filepath"] = "val2014"
    found = read_json(made)
    assert found.columns == ("picture", "caption", "split")
    assert found.rows == [
        ("a.jpg", ["one", "two"], "train"),
        ("b.jpg", ["three"], "train"),
        ("val2014/c.jpg", ["four"], "val"),
        ("d.jpg", ["five"], "test"),
    ]
    assert found.notes[1:] == [
        "pictures: 4, with 5 captions",
        "parts, in the column split: train 2, val 1, test 1",
    ]


def test_sentences_without_their_text_are_put_together_from_their_tokens():
    made = karpathy(("a.jpg", "train", ["a dog"]))
    del made["images"][0]["sentences"][0]["raw"]
    assert read_json(made).rows == [("a.jpg", ["a dog"], "train")]


def test_pictures_without_a_caption_are_counted():
    found = read_json(coco(("a.jpg", []), ("b.jpg", ["X", " \n"]), ("c.jpg", [""])))
    assert found.rows == [("b.jpg", ["X"])]
    assert found.places == ["a.json, picture 2"]
    assert found.notes[1:] == [
        "pictures: 1, with 1 captions",
        "pictures without a caption: 2, passed over",
    ]


@pytest.mark.parametrize(
    ("lies_in", "picture"),
    [
        ("annotations", "a.jpg"),
        ("annotations/val2017", "a.jpg"),
        ("val2017", "../val2017/a.jpg"),
        (".", "../a.jpg"),
        ("elsewhere/deep", "a.jpg"),
    ],
)
def test_a_folder_of_pictures_beside_the_folder_of_the_file(lies_in: str, picture: str):
    Path("annotations").mkdir()
    Path("aside").mkdir()
    Path(lies_in).mkdir(parents=True, exist_ok=True)
    Path(lies_in, "a.jpg").touch()
    found = read_json(coco(("a.jpg", ["X"])), "annotations/captions.json")
    assert found.rows == [(picture, ["X"])]
    told = [note for note in found.notes if note.startswith("pictures are")]
    prefix = picture.removesuffix("a.jpg")
    assert told == ([f"pictures are looked for in {prefix}"] if prefix else [])


def test_one_line_may_be_longer_than_a_row_of_text():
    made = coco(("a.jpg", ["x" * (LONGEST_LINE + 10)]))
    assert len(read_json(made).rows[0][1][0]) == LONGEST_LINE + 10


def test_an_annotation_without_a_picture_is_refused():
    made = coco(("a.jpg", ["X"]))
    made["annotations"].append({"image_id": 7, "caption": "Y"})
    assert refused(made) == (
        'a.json, annotation 2: no picture has the id "7".\n'
        '  expected: the "id" of a picture in the list of images\n'
        "  to fix:   correct that annotation, or leave such rows out with"
        " --skip-bad-rows\n"
        "  code:     unreadable-data"
    )
    found = read_json(made, skip=True)
    assert found.rows == [("a.jpg", ["X"])]
    assert found.bad_rows == ['a.json, annotation 2: no picture has the id "7".']


def test_the_file_of_objects_is_told_from_that_of_captions():
    made = coco(("a.jpg", []))
    made["annotations"] = [{"image_id": 0, "bbox": [0, 0, 1, 1], "category_id": 3}]
    assert refused(made) == (
        "a.json, annotation 1: no caption.\n"
        '  expected: the file of captions, with "caption" in each annotation\n'
        "  to fix:   correct that annotation, or leave such rows out with"
        " --skip-bad-rows\n"
        "  code:     unreadable-data"
    )


def test_a_file_of_pictures_alone_holds_no_rows():
    assert refused(coco(("a.jpg", []))).startswith("a.json holds no rows.\n")


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        ({"file_name": "a.jpg"}, 'no "id"'),
        ({"id": 0}, "no name of a file"),
        ({"id": 0, "file_name": 3}, "no name of a file"),
        ({"id": 0, "file_name": " "}, "no name of a file"),
        ({"id": 0, "file_name": "a\0.jpg"}, "a name with a character that stands for"),
        ({"id": 0, "file_name": "a.jpg", "split": 1}, 'a "split" that is no text'),
        (7, "no object"),
    ],
)
def test_a_picture_that_is_none_is_refused_by_its_number(image: object, problem: str):
    made = coco(("b.jpg", ["X"]))
    made["images"].append(image)
    assert refused(made).startswith(f"a.json, picture 2: {problem}")


@pytest.mark.parametrize(
    ("sentences", "problem"),
    [
        (None, "no sentences"),
        ("a dog", "no sentences"),
        (["a dog"], "a sentence that is no object"),
        ([{"raw": 3}], "a caption that is no text"),
        ([{"raw": "a \ud800 dog"}], "a caption with a character that stands for"),
    ],
)
def test_a_sentence_that_is_none_is_refused_by_its_picture(sentences, problem: str):
    made = karpathy(("a.jpg", "train", ["X"]))
    made["images"].append({"filename": "b.jpg", "sentences": sentences})
    assert refused(made).startswith(f"a.json, picture 2: {problem}")


def test_a_file_that_is_cut_off():
    Path("a.json").write_text(json.dumps(coco(("a.jpg", ["X"])))[:-30])
    with pytest.raises(UnreadableDataError) as refusal:
        read("a.json")
    assert str(refusal.value).startswith("a.json is not JSON (")
    assert "), in line 1, column " in str(refusal.value)


def test_annotations_without_the_list_of_images():
    assert refused({"annotations": [{"image_id": 1, "caption": "X"}]}) == (
        "a.json has no list of images.\n"
        '  expected: {"images": [...], "annotations": [...]}, as COCO writes it\n'
        "  to fix:   fetch or write that file again\n"
        "  code:     unreadable-data"
    )


def test_brackets_beyond_number_are_refused():
    Path("a.json").write_text('{"images": [{"id": ' + "[" * 200_000)
    with pytest.raises(UnreadableDataError, match=r"^a\.json is not JSON that can be"):
        read("a.json")


def test_rows_with_a_column_images_are_still_rows():
    Path("a.json").write_text('{"images": "a.png", "text": "X"}\n')
    assert read("a.json").columns == ("images", "text")
