"""names_languages: lists read as syntax, one language for each name."""

from unrolled.datasets.names_languages import NamesLanguages, _names

SWEDISH = """
from collections import OrderedDict
1 / 0  # nothing here is ever run
class Provider(PersonProvider):
    formats = ("{{first_name}} {{last_name}}",)
    prefixes = ("Dr",)
    first_names_male = ("Åke", "Björn ", "Anna", "Karl-Erik")
    first_names_female = OrderedDict((("Anna", 0.5), ("Åsa", 0.25)))
    first_names = first_names_male + first_names_female
    last_names = {"Öberg": 1.0, "d'Orange": 2.0} 
    last_names_other = ["Ek"] + ["Alm", "H.-Dieter", "Emine.", "7"]
"""
FINNISH = 'first_names = ("Anna", "Päivi")\n'


def test_reads_tuples_weights_dicts_lists_and_sums():
    assert list(_names(SWEDISH)) == [
        *("Åke", "Björn", "Anna", "Karl-Erik"),
        *("Anna", "Åsa"),
        *("Öberg", "d'Orange"),
        *("Ek", "Alm"),
    ]


def test_a_name_of_two_languages_has_no_one_answer_and_is_left_out():
    files = {
        "faker/providers/person/sv_SE/__init__.py": SWEDISH.encode(),
        "faker/providers/person/fi_FI/__init__.py": FINNISH.encode(),
    }
    parts = NamesLanguages().convert(files)
    every = sorted(row for rows in parts.values() for row in rows)
    assert ("Päivi", "finnish") in every
    assert ("Åke", "swedish") in every
    assert "Anna" not in [name for name, _ in every]
    assert len(every) == 9
