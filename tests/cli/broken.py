"""Broken input, by name: each makes its files in the folder it runs in.

A function here gives the words of a command that must be refused because of what it has
written. What is then said, word for word, stands in `test_broken_inputs.py`.
"""

import gzip
import io
import json
import os
import pickle
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

GOOD = "text,label\nHe is great,good\nShe is bad,bad\n"
TRAIN = ["train", "classify"]


def words(*data: str, more: tuple[str, ...] = ()) -> list[str]:
    """A command that would train, if it were let."""
    return [*TRAIN, *data, "--out", "model", *more]


def table(content: str | bytes, name: str = "data.csv") -> list[str]:
    """The command for a file with this content."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return words(name)


def rows(*lines: str, header: str = "text,label") -> str:
    """A table of these lines."""
    return "\n".join([header, *lines, ""])


# Files that are no text, or not there.


def empty():
    return table("")


def blank_lines_alone():
    return table("\n\n  \n")


def byte_order_mark_alone():
    return table(b"\xef\xbb\xbf")


def missing_file():
    return words("nowhere.csv")


def broken_link():
    Path("data.csv").symlink_to("nowhere.csv")
    return words("data.csv")


def pipe():
    os.mkfifo("data.csv")
    return words("data.csv")


def gzip_cut_short():
    whole = gzip.compress(GOOD.encode() * 100, mtime=0)
    return table(whole[:-20], "data.csv.gz")


def gzip_damaged():
    whole = bytearray(gzip.compress(GOOD.encode(), mtime=0))
    whole[12] ^= 0xFF
    return table(bytes(whole), "data.csv.gz")


def text_named_gzip():
    return table(GOOD, "data.csv.gz")


def gzip_named_text():
    return table(gzip.compress(GOOD.encode(), mtime=0))


def picture():
    return table(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("data.csv", GOOD)
    return table(made.getvalue())


def python_pickle():
    return table(pickle.dumps([("He is great", "good")]))


def unknown_ending():
    return table(GOOD, "data.xlsx2")


def no_ending():
    return table(GOOD, "data")


# Bytes and lines.


def wrong_encoding():
    return table(rows("a caf\xe9,good", "no,bad").encode("latin-1"))


def utf_16_without_mark():
    return table(GOOD.encode("utf-16-le"))


def nul_byte():
    return table(rows("He is\0 great,good", "She is bad,bad"))


def nul_bytes_alone():
    return table(b"\0" * 4096)


def line_of_ten_megabytes():
    return table(rows("a" * 10_000_001 + ",good", "She is bad,bad"))


def lone_carriage_return():
    return table(b"text,label\nHe is\rgreat,good\nShe is bad,bad\n")


def encoding_that_is_none():
    table(GOOD)
    return words("data.csv", more=("--set", "data.encoding=klingon"))


# Rows and cells.


def header_alone():
    return table("text,label\n")


def missing_column():
    table(GOOD)
    return words("data.csv", more=("--input", "review"))


def missing_target_column():
    table(GOOD)
    return words("data.csv", more=("--target", "3"))


def one_column():
    return table("text\nHe is great\nShe is bad\n")


def missing_column_in_test_file():
    table(rows("He is great,good", header="sentence,label"), "test.csv")
    table(GOOD)
    return words("data.csv", more=("--test", "test.csv"))


def header_twice():
    return table("text,text\nHe is great,good\nShe is bad,bad\n")


def header_without_name():
    return table("text,label,\nHe is great,good,1\nShe is bad,bad,2\n")


def row_too_short():
    return table(rows("He is great,good", "She is bad"))


def row_too_long():
    return table(rows("He is great,good", "She is bad, really,bad"))


def tab_row_too_long():
    return table("text\tlabel\nHe\tgood\nShe\tis\tbad\n", "data.tsv")


def unclosed_quote():
    return table(rows("He is great,good", '"She is bad,bad'))


def quote_closed_too_early():
    return table(rows("He is great,good", '"She is "bad",bad'))


def empty_label():
    return table(rows("He is great,good", "She is bad,", "She is so bad,bad"))


def one_class():
    return table(rows(*[f"He is great {n},good" for n in range(20)]))


def one_row():
    return table(rows("He is great,good"))


def no_number():
    table(rows("a,1.5", "b,2.5", "c,three"))
    return words("data.csv", more=("--set", "task.kind=number"))


def number_that_is_none():
    table(rows("a,1.5", "b,nan", "c,3"))
    return words("data.csv", more=("--set", "task.kind=number"))


def same_number_everywhere():
    table(rows("a,1.5", "b,1.5", "c,1.5"))
    return words("data.csv", more=("--set", "task.kind=number"))


def label_unseen_in_test():
    table(rows("He is great,good", "She is odd,strange"), "test.csv")
    table(GOOD * 1)
    return words("data.csv", more=("--test", "test.csv"))


def label_unseen_in_valid():
    table(rows("He is great,good", "She is odd,strange"), "valid.csv")
    table(GOOD)
    return words("data.csv", more=("--valid", "valid.csv"))


# JSON.


def json_array():
    return table('[{"text": "He is great", "label": "good"}]', "data.json")


def json_broken():
    return table(_json({"text": "a", "label": "b"}) + '{"text": "a", \n', "data.jsonl")


def json_nan():
    return table('{"series": [1, NaN], "label": "a"}\n', "data.jsonl")


def json_nested():
    return table(_json({"text": {"title": "a"}, "label": "b"}), "data.jsonl")


def json_null():
    return table(_json({"text": "a", "label": None}), "data.jsonl")


def json_mixed_types():
    both = [{"text": "a", "label": "b"}, {"text": "c", "label": 4}]
    return table(_json(*both), "data.jsonl")


def json_missing_key():
    both = [{"text": "a", "label": "b"}, {"text": "c", "labels": "d"}]
    return table(_json(*both), "data.jsonl")


def json_key_twice():
    return table('{"text": "a", "text": "b", "label": "c"}\n', "data.jsonl")


def json_list_of_mixed_values():
    return table(_json({"series": [1, "two"], "label": "a"}), "data.jsonl")


def _json(*lines: dict) -> str:
    return "".join(json.dumps(line) + "\n" for line in lines)


# Series.


def series_of_unequal_width():
    both = [
        {"series": [[1, 2], [3, 4]], "label": "a"},
        {"series": [[1, 2, 3]], "label": "b"},
    ]
    return table(_json(*both), "data.jsonl")


def empty_series():
    table(rows("1 2 3,a", ",b", "4 5 6,a", header="series,label"))
    return words("data.csv", more=("--set", "task.reads=series"))


def word_in_a_series():
    table(rows("1 2 3,a", "1 two 3,b", header="series,label"))
    return words("data.csv", more=("--set", "task.reads=series"))


def infinite_number_in_a_series():
    table(rows("1 2 3,a", "1 inf 3,b", header="series,label"))
    return words("data.csv", more=("--set", "task.reads=series"))


def series_of_no_whole_moments():
    table(rows("1 2 3 4,a", "1 2 3,b", header="series,label"))
    return words("data.csv", more=("--set", "task.width=2"))


def series_over_columns_that_run_back():
    table(rows("1,2,a", "3,4,b", header="p0,p1,label"))
    return words("data.csv", more=("--input", "p1..p0"))


def ts_with_times():
    return table("@timeStamps true\n@data\n(0,1.5),(1,1.7):a\n", "data.ts")


def ts_without_data():
    return table("@univariate true\n1,2:a\n", "data.ts")


def ts_label_that_was_not_said():
    return table("@classLabel true a b\n@data\n1,2:a\n3,4:c\n", "data.ts")


def ts_dimensions_of_unequal_length():
    return table("@classLabel true a\n@data\n1,2:3:a\n", "data.ts")


def ts_cut_off():
    return table("@dimensions 2\n@classLabel true a\n@data\n1,2:3,4:a\n1,", "data.ts")


def tsf_line_of_too_few_parts():
    head = "@attribute series_name string\n@data\n"
    return forecast(head + "T1:1,2\n1,2\n", "data.tsf")


def parquet_cut_off():
    return forecast(b"PAR1" + b"\0" * 40, "data.parquet")


# Series to forecast.


def forecast(
    content: str | bytes, name: str = "data.csv", more: tuple[str, ...] = ()
) -> list[str]:
    """The command that would learn to forecast a file with this content."""
    table(content, name)
    return ["train", "forecast", name, "--out", "model", *more]


def days(*numbers: str, header: str = "date,sales") -> str:
    """A table with a day of January 2024 for each of these cells."""
    lines = [f"2024-01-{day:02},{cell}" for day, cell in enumerate(numbers, start=1)]
    return rows(*lines, header=header)


def date_out_of_order():
    lines = ("2024-01-01,1", "2024-01-03,3", "2024-01-02,2")
    return forecast(rows(*lines, header="date,sales"))


def date_twice():
    lines = ("2024-01-01,1", "2024-01-02,2", "2024-01-02,3")
    return forecast(rows(*lines, header="date,sales"))


def date_twice_in_one_of_two_series():
    lines = ("a,2024-01-01,1", "b,2024-01-01,2", "a,2024-01-01,3")
    return forecast(rows(*lines, header="store,date,sales"))


def date_that_is_none():
    return forecast(rows("2024-01-01,1", "01.02.2024,2", header="date,sales"))


def date_that_is_empty():
    return forecast(rows("2024-01-01,1", ",2", header="date,sales"))


def dates_at_no_equal_steps():
    times = ("00:00", "01:00", "02:00", "02:50", "04:00")
    lines = [f"2024-01-01 {time},1" for time in times]
    return forecast(rows(*lines, header="date,sales"))


def date_in_the_far_future():
    lines = [f"2024-01-01 00:{minute:02},1" for minute in range(60)]
    return forecast(rows(*lines, "2124-01-01 00:00,1", header="date,sales"))


def text_among_values():
    return forecast(days("1", "2", "closed", "4"))


def decimal_comma_among_values():
    return forecast(days("1", "2", '"2,5"', "4"))


def infinite_value():
    return forecast(days("1", "inf", "3"))


def value_beyond_float32():
    return forecast(days("1", "1e300", "3"))


def values_that_are_all_gaps():
    return forecast(days("NA", "NaN", ""), more=("--target", "sales"))


def table_without_numbers():
    return forecast(days("sun", "rain", header="date,weather"))


def covariate_of_the_future_that_is_empty():
    content = days("1,0", "2,", "3,1", header="date,sales,holiday")
    return forecast(content, more=("--set", "series.known=holiday"))


def covariate_that_is_not_there():
    return forecast(days("1", "2", "3"), more=("--set", "series.past=weather"))


def column_for_two_things():
    more = ("--target", "sales", "--set", "series.past=sales")
    return forecast(days("1", "2", "3"), more=more)


def step_that_is_none():
    return forecast(days("1", "2", "3"), more=("--set", "series.step=soon"))


def step_without_dates():
    content = rows("0,1", "1,2", header="t,sales")
    return forecast(content, more=("--set", "series.step=1 h"))


# Lists of texts.


def list_where_texts_are():
    both = [{"text": ["He", "is"], "label": "a"}, {"text": ["so"], "label": "b"}]
    return table(_json(*both), "data.jsonl")


# Folders and fastText.


def folder_without_classes():
    table("He is great", "reviews/one.txt")
    return words("reviews")


def folder_of_one_class():
    table("He is great", "reviews/good/one.txt")
    return words("reviews")


def empty_class_folder():
    table("He is great", "reviews/good/one.txt")
    Path("reviews/bad").mkdir()
    return words("reviews")


def fasttext_line_without_label():
    return table("__label__good He is great\nShe is bad\n", "data.txt")


def fasttext_label_without_text():
    return table("__label__good He is great\n__label__bad\n", "data.txt")


# Sounds and their texts.


def sound_without_a_text():
    table("He is great", "sounds/one.txt")
    Path("sounds/one.wav").write_bytes(b"")
    Path("sounds/two.wav").write_bytes(b"")
    return words("sounds")


def ljspeech_line_of_four_cells():
    table("LJ-1|5|five\nLJ-2|a|b|c\n", "lj/metadata.csv")
    Path("lj/wavs").mkdir()
    return words("lj")


def librispeech_text_without_a_sound():
    table("84-1-0000 GO\n", "libri/84/1/84-1.trans.txt")
    return words("libri")


def kaldi_sound_made_by_a_command():
    table("a hi\n", "data/text")
    table("a sph2pipe -f wav a.sph |\n", "data/wav.scp")
    return words("data")


def kaldi_parts_of_sounds():
    table("a-1 hi\n", "data/text")
    table("a a.wav\n", "data/wav.scp")
    table("a-1 a 0.0 1.5\n", "data/segments")
    return words("data")


# Sounds that are no whole sounds.


def _sounds(broken: bytes, ending: str = ".wav") -> list[str]:
    """The command for a table of a good sound and one of these bytes."""
    Path("good.wav").write_bytes(_wav(b"\0\1" * 800))
    Path(f"bad{ending}").write_bytes(broken)
    return table(rows("good.wav,yes", f"bad{ending},no", header="file,label"))


def _wav(
    data: bytes, *, size: int | None = None, kind: int = 1, bits: int = 16
) -> bytes:
    """A WAV of one channel at 8,000 Hz that promises `size` bytes."""
    form = struct.pack("<HHIIHH", kind, 1, 8000, 1000 * bits, bits // 8, bits)
    sized = struct.pack("<I", len(data) if size is None else size)
    whole = struct.pack("<I", 36 + len(data))
    return b"RIFF" + whole + b"WAVEfmt \x10\0\0\0" + form + b"data" + sized + data


def sound_cut_off():
    return _sounds(_wav(b"\0\1" * 500, size=16000))


def sound_of_no_samples():
    return _sounds(_wav(b""))


def sound_empty():
    return _sounds(b"")


def sound_that_is_text():
    return _sounds(b"He said: hello.")


def sound_with_nan():
    return _sounds(_wav(struct.pack("<4f", 0, 0.5, float("nan"), 0), kind=3, bits=32))


def sound_of_floats_as_large_as_whole_numbers():
    return _sounds(_wav(struct.pack("<3f", 0, 0.5, 32767), kind=3, bits=32))


def sound_in_a_header_alone():
    return _sounds(_wav(b"\0\1")[:30])


def sound_that_is_not_there():
    return table(rows("nowhere.wav,yes", "lost.wav,no", header="file,label"))


def sounds_all_shorter_than_a_frame():
    Path("bad.wav").write_bytes(_wav(b"\0\1" * 10))
    return table(rows("bad.wav,yes", "bad.wav,no", "bad.wav,no", header="file,label"))


def sound_filterbank_that_cannot_be():
    return [*_sounds(_wav(b"\0\1" * 800)), "--set", "sound.bands=200"]


# Captions of pictures.


def _coco(images: list, annotations: list) -> str:
    return json.dumps({"images": images, "annotations": annotations})


def coco_annotation_without_caption():
    images = [{"id": 1, "file_name": "a.jpg"}]
    return table(_coco(images, [{"image_id": 1, "bbox": [0, 0, 1, 1]}]), "data.json")


def coco_annotation_of_no_picture():
    images = [{"id": 1, "file_name": "a.jpg"}]
    return table(_coco(images, [{"image_id": 2, "caption": "A dog."}]), "data.json")


def coco_picture_without_name():
    return table(_coco([{"id": 1}], [{"image_id": 1, "caption": "X"}]), "data.json")


def coco_cut_off():
    return table(_coco([{"id": 1, "file_name": "a.jpg"}], [])[:39], "data.json")


def flickr8k_line_without_caption():
    return table("a.jpg#0\tA dog .\na.jpg#1\t \n", "data.txt")


def _captions(*cells: str) -> list[str]:
    """The command for pictures of which the first is good, each with a caption."""
    Image.new("RGB", (8, 8), "red").save("good.png")
    lines = [f"{cell},a dog" for cell in ("good.png", *cells)]
    table(rows(*lines, header="picture,caption"))
    return ["train", "caption", "data.csv", "--out", "model"]


def picture_missing():
    return _captions("nowhere.png")


def picture_empty():
    Path("bad.png").touch()
    return _captions("bad.png")


def picture_of_text():
    Path("bad.png").write_text("He is great")
    return _captions("bad.png")


def picture_cut_off():
    Image.new("RGB", (64, 64), "red").save("bad.bmp")
    Path("bad.bmp").write_bytes(Path("bad.bmp").read_bytes()[:500])
    return _captions("bad.bmp")


def picture_of_too_many_pixels():
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    Path("bad.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT")
    return _captions("bad.png")


def features_among_pictures():
    np.save("one.npy", np.ones((2, 3)))
    return _captions("one.npy")


def features_of_another_width():
    for name, width in (("one", 3), ("two", 4)):
        np.save(f"{name}.npy", np.ones((2, width)))
    table(rows("one.npy,a dog", "two.npy,a cat", header="picture,caption"))
    return ["train", "caption", "data.csv", "--out", "model"]


def features_that_are_not_finite():
    for name, value in (("one", 1.0), ("two", np.nan)):
        np.save(f"{name}.npy", np.full((2, 3), value))
    table(rows("one.npy,a dog", "two.npy,a cat", header="picture,caption"))
    return ["train", "caption", "data.csv", "--out", "model"]


def picture_without_a_caption():
    command = _captions()
    shutil.copy("good.png", "other.png")
    table(rows("good.png,a dog", "other.png, ", header="picture,caption"))
    return command


# Words of the command.


def unknown_task():
    table(GOOD)
    return ["train", "clasify", "data.csv", "--out", "model"]


def unknown_cell():
    table(GOOD)
    return words("data.csv", more=("--cell", "lsmt"))


def unknown_setting():
    table(GOOD)
    return words("data.csv", more=("--set", "model.hiden=8"))


def setting_of_a_wrong_kind():
    table(GOOD)
    return words("data.csv", more=("--set", "model.hidden=many"))


def setting_out_of_limits():
    table(GOOD)
    return words("data.csv", more=("--set", "model.dropout=1.5"))


def setting_not_among_its_choices():
    table(GOOD)
    return words("data.csv", more=("--set", "task.kind=labelled"))


def vectors_missing():
    table(GOOD)
    return words("data.csv", more=("--vectors", "nowhere.vec"))


def vectors_broken():
    table("great 0.1 0.2\nbad 0.3\n", "words.vec")
    table(GOOD)
    return words("data.csv", more=("--vectors", "words.vec"))


def vectors_cut_short():
    table("3 2\ngreat 0.1 0.2\n", "words.vec")
    table(GOOD)
    return words("data.csv", more=("--vectors", "words.vec"))


def out_is_a_file():
    table(GOOD)
    Path("model").write_text("mine", encoding="utf-8")
    return words("data.csv")


def out_lies_in_a_file():
    table(GOOD)
    return [*TRAIN, "data.csv", "--out", "data.csv/model"]


def out_belongs_to_others():
    table(GOOD)
    table("mine", "model/README.md")
    return words("data.csv")


# Other verbs than train.


def evaluate_label_unseen_in_training():
    table(rows("He is great,positive", "She is odd,strange"))
    return ["evaluate", "trained", "data.csv"]


def evaluate_missing_column():
    table(rows("He is great,positive", header="sentence,label"))
    return ["evaluate", "trained", "data.csv"]


def evaluate_empty_label():
    table(rows("He is great,positive", "She is odd,"))
    return ["evaluate", "trained", "data.csv"]


def evaluate_no_model():
    table(GOOD)
    return ["evaluate", "data.csv", "data.csv"]


def predict_no_model():
    return ["predict", "nowhere"]


def predict_missing_file():
    return ["predict", "trained", "nowhere.txt"]


def predict_folder():
    Path("texts").mkdir()
    return ["predict", "trained", "texts"]


def predict_wrong_encoding():
    table("He is great\na caf\xe9\n".encode("latin-1"), "texts.txt")
    return ["predict", "trained", "texts.txt"]


def predict_nul_byte():
    table("He is great\nShe\0 is\n", "texts.txt")
    return ["predict", "trained", "texts.txt"]


def predict_line_of_ten_megabytes():
    table("a" * 10_000_001, "texts.txt")
    return ["predict", "trained", "texts.txt"]


def score_no_model():
    return ["score", "nowhere"]


def score_missing_file():
    return ["score", "weighing", "nowhere.txt"]


def score_folder():
    Path("texts").mkdir()
    return ["score", "weighing", "texts", "--rank"]


def score_wrong_encoding():
    table("caf\xe9\n".encode("latin-1"), "texts.txt")
    return ["score", "weighing", "texts.txt", "--shuffles", "2"]


def score_nul_byte():
    table("I\0 love\n", "texts.txt")
    return ["score", "weighing", "texts.txt"]


def score_line_of_ten_megabytes():
    table("a" * 10_000_001, "texts.txt")
    return ["score", "weighing", "texts.txt"]


def pairs_missing_file():
    return ["score", "weighing", "nowhere.csv", "--pairs", "good,bad"]


def pairs_header_alone():
    table("good,bad\n", "pairs.csv")
    return ["score", "weighing", "pairs.csv", "--pairs", "good,bad"]


def pairs_missing_column():
    table("good,bad\nI go,go I\nwe go,go we\n", "pairs.csv")
    return ["score", "weighing", "pairs.csv", "--pairs", "good,worse"]


def pairs_missing_group_column():
    table("good,bad\nI go,go I\nwe go,go we\n", "pairs.csv")
    return ["score", "weighing", "pairs.csv", "--pairs", "good,bad", "--by", "UID"]


def pairs_without_text():
    table(_json({"good": "I go", "bad": 3}), "pairs.jsonl")
    return ["score", "weighing", "pairs.jsonl", "--pairs", "good,bad"]


def pairs_wrong_encoding():
    table("good,bad\ncaf\xe9,\xe9caf\n".encode("latin-1"), "pairs.csv")
    return ["score", "weighing", "pairs.csv", "--pairs", "good,bad"]


def pairs_row_too_short():
    table("good,bad\nI go,go I\nwe go\n", "pairs.csv")
    return ["score", "weighing", "pairs.csv", "--pairs", "good,bad"]


def check_missing_column():
    table(GOOD)
    return ["check", "classify", "data.csv", "--target", "rating"]


def tasks_unknown():
    return ["tasks", "summarise"]


def data_unknown():
    return ["data", "get", "film_review"]


CASES = [
    made
    for name, made in list(globals().items())
    if callable(made)
    and getattr(made, "__module__", "") == __name__
    and not name.startswith("_")
    and name not in ("words", "table", "rows", "forecast", "days")
]
"""Every case above, in order."""
