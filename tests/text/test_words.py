"""The word tokenizer: kinds of tokens, scripts, and where each token stands."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled.text.words import Words

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("He is great", "He|is|great"),
        ("", ""),
        (" \n\t ", ""),
        ("Great!!! Really?", "Great|!|!|!|Really|?"),
        ('"Yes," he said.', '"|Yes|,|"|he|said|.'),
        # contractions as in the Penn Treebank
        ("I don't, can't, won't.", "I|do|n't|,|ca|n't|,|wo|n't|."),
        ("DON'T", "DO|N'T"),
        ("it's we're I've he'll she'd I'm", "it|'s|we|'re|I|'ve|he|'ll|she|'d|I|'m"),
        ("couldn't've", "could|n't|'ve"),
        ("Joe's dogs' bones", "Joe|'s|dogs|'|bones"),
        ("it\u2019s don\u2019t", "it|'s|do|n't"),
        ("'tis 'em '70s 'twas", "'tis|'em|'70s|'twas"),
        ("O'Brien y'all ma'am rock'n'roll", "O'Brien|y'all|ma'am|rock'n'roll"),
        ("l'homme qu'il aujourd'hui", "l'|homme|qu'|il|aujourd'hui"),
        # text that was tokenized long ago stays as it was
        ("do n't -lrb- it 's -RRB- `` so ''", "do|n't|-lrb-|it|'s|-RRB-|``|so|''"),
        ("a <unk> and </s> [NAME]", "a|<unk>|and|</s>|[NAME]"),
        ("n't 's 're", "n't|'s|'re"),
        # words with something inside
        ("well-made twenty-one-year-old", "well-made|twenty-one-year-old"),
        ("re- -ing x--y - a", "re|-|-|ing|x|--|y|-|a"),
        ("U.S. e.g. etc.", "U.S.|e.g.|etc|."),
        ("snake_case 1930s 4th", "snake_case|1930s|4th"),
        # numbers
        ("3.50 1,000,000 10:30 9/10 24/7", "3.50|1,000,000|10:30|9/10|24/7"),
        ("$5.00 50% 3. 1,2,", "$|5.00|50|%|3|.|1,2|,"),
        # links, names, topics
        ("see http://x.org/a?b=1, ok", "see|http://x.org/a?b=1|,|ok"),
        ("www.x.org.", "www.x.org|."),
        ("@user #topic a@b", "@user|#topic|a|@b"),
        # marks
        ("wait... what.. no", "wait|...|what|..|no"),
        ("good :) bad :-( :D <3 ;-P =]", "good|:)|bad|:-(|:D|<3|;-P|=]"),
        ("note:please a:b", "note|:|please|a|:|b"),
        # HTML breaks and control characters are blanks
        ("bad.<br /><br>Good <BR/>end", "bad|.|Good|end"),
        ("a\x08b\x10\x7fc\x96d", "a|b|c|\x96|d"),
        ("<b>bold</b> a<b", "<b>|bold|</b>|a|<|b"),
        # emoji
        (
            "👍🏽👍 👩\u200d👩\u200d👧 🇫🇷🇩🇪 ❤\ufe0f",
            "👍🏽|👍|👩\u200d👩\u200d👧|🇫🇷|🇩🇪|❤\ufe0f",
        ),
        ("1\ufe0f\u20e3 #\ufe0f\u20e3", "1\ufe0f\u20e3|#\ufe0f\u20e3"),
        # other scripts
        ("naïve cafe\u0301 Ærø", "naïve|cafe\u0301|Ærø"),
        ("привет, мир", "привет|,|мир"),
        ("नमस्ते दुनिया", "नमस्ते|दुनिया"),
        ("می\u200cخواهم کتاب", "می\u200cخواهم|کتاب"),  # noqa: RUF001
        ("שָׁלוֹם עולם", "שָׁלוֹם|עולם"),
        ("한국어 문장", "한국어|문장"),
        ("你好。ABC很", "你|好|。|ABC|很"),
        ("カタカナ ひら", "カ|タ|カ|ナ|ひ|ら"),
        ("สวัสดี", "ส|วั|ส|ดี"),
        ("don't 你", "do|n't|你"),
    ],
)
def test_a_text_is_cut(text: str, tokens: str):
    assert Words(lowercase=False).tokens(text) == [t for t in tokens.split("|") if t]


def test_small_letters():
    assert Words(lowercase=True).tokens("It's İstanbul, MAẞ") == [
        *("it", "'s", "i̇stanbul", ",", "maß"),
    ]


def test_each_token_has_its_place():
    text = "I don\u2019t<br />like l'été."
    spans = Words(lowercase=True).spans(text)
    pieces = [text[start:stop] for start, stop in spans]
    assert pieces == ["I", "do", "n\u2019t", "like", "l'", "été", "."]


@settings(deadline=None)  # the machine may be busy
@given(
    text=st.text(max_size=40)
    | st.text(alphabet="adnst'\u2019-.<br/> 你้:)1,", max_size=30)
)
def test_spans_fit_the_tokens_and_cover_all_that_is_seen(text: str):
    tokenizer = Words(lowercase=False)
    spans = tokenizer.spans(text)
    pieces = [text[start:stop].replace("\u2019", "'") for start, stop in spans]
    assert pieces == tokenizer.tokens(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    if "<" not in text:
        left_out = set(range(len(text))) - {i for a, b in spans for i in range(a, b)}
        assert all(
            text[i].isspace() or text[i] < " " or text[i] == "\x7f" for i in left_out
        )


def test_published_penn_tokens_survive():
    path = SHARED / "classification" / "sst" / "sst2.train.tsv"
    if not path.exists():
        pytest.skip("the development data is not on this machine")
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    texts = [line.split("\t")[1] for line in lines]
    tokenizer = Words(lowercase=True)
    same = sum(tokenizer.tokens(text) == text.split() for text in texts)
    assert same / len(texts) > 0.97  # the rest: "mr." and "1\/2"


def test_25_000_reviews_are_cut_in_seconds():
    review = "I don't think it's bad, but... well-made? No! See 9/10. " * 23
    tokenizer = Words(lowercase=True)
    start = time.process_time()
    assert len(tokenizer.tokens(review)) == 23 * 17
    for _ in range(2_500):
        tokenizer.tokens(review)
    assert time.process_time() - start < 5  # 0.6 s where it was measured
