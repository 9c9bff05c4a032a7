"""Messages out of gettext's files: what has a translation, and nothing else."""

from unrolled.datasets._gettext import messages

FILE = r"""# a file
msgid ""
msgstr ""
"Language: fr\n"

#. a remark
msgctxt "button"
msgid "Save"
msgstr "Enregistrer"

msgid "Please "
"try again."
msgstr ""
"Veuillez essayer "
"à nouveau."

#, python-format
msgid "%(n)s \"page\""
msgid_plural "%(n)s pages"
msgstr[0] "%(n)s « page »"
msgstr[1] "%(n)s pages"

#, fuzzy, python-format
msgid "Run"
msgstr "Courir"

msgid "Not yet"
msgstr ""

#~ msgid "Old"
#~ msgstr "Vieux"
"""

FOUND = [
    ("Save", "Enregistrer"),
    ("Please try again.", "Veuillez essayer à nouveau."),
    ('%(n)s "page"', "%(n)s « page »"),
    ("%(n)s pages", "%(n)s pages"),
]


def test_every_translation_of_a_file_is_found():
    assert list(messages(FILE)) == FOUND


def test_line_ends_of_windows_are_the_same():
    assert list(messages(FILE.replace("\n", "\r\n"))) == FOUND
