"""english_french: sentences of people out of files for programs."""

import json

from unrolled.datasets.english_french import EnglishFrench


def _rows(*pairs):
    content = "\n\n".join(f'msgid "{one}"\nmsgstr "{other}"' for one, other in pairs)
    return _of({"django/x.po": content})


def _of(files):
    parts = EnglishFrench().convert({path: x.encode() for path, x in files.items()})
    return [row for rows in parts.values() for row in rows]


def test_runs_of_spaces_are_one_and_so_are_lines_and_french_spaces():
    assert _rows(("Are you  sure?", "Êtes-vous sûr\u00a0?")) == [
        ("Are you sure?", "Êtes-vous sûr ?")
    ]
    assert _rows(("One\\nTwo", "Un\\nDeux")) == [("One Two", "Un Deux")]


def test_what_is_no_language_is_left_out():
    assert _rows(
        ("%(count)s pages", "%(count)s pages"),
        ("Open {name}", "Ouvrir {name}"),
        ("See <b>here</b>", "Voir ici"),
        ("12:30", "12:30"),
        ("a " * 31, "un"),
        ("Kept", "Gardé"),
    ) == [("Kept", "Gardé")]


def test_of_one_message_the_first_translation_is_taken():
    assert _rows(("Save", "Enregistrer"), ("save…", "sauver")) == [
        ("Save", "Enregistrer")
    ]


def test_catalogs_in_json_have_a_place_before_the_message():
    catalog = {
        "": {"language": "fr"},
        "menu\x04Close": ["Fermer"],
        "Not yet": [""],
        "Nor this": [],
    }
    assert _of({"x/fr.json": json.dumps(catalog)}) == [("Close", "Fermer")]


def test_messages_of_one_form_are_in_one_part():
    words = [f"{a}{b}" for a in "abcdefghij" for b in "klmnop"]
    pairs = [
        (f"{word} you are about to delete the {what}", "vous")
        for word in words
        for what in ("page", "form")
    ]
    content = "\n\n".join(f'msgid "{one}"\nmsgstr "{other}"' for one, other in pairs)
    parts = EnglishFrench().convert({"x.po": content.encode()})
    assert [len(rows) for rows in parts.values()] == [120, 0, 0]
