"""Ten sentences with their entities, for tests and for a first look at `tag`.

Jordan is a person or a country: only the words around it tell.
"""

SAMPLE = (
    ("Ann lives in Rome", "B-PER O O B-LOC"),
    ("Bob works at Acme Press", "B-PER O O B-ORG I-ORG"),
    ("Jordan likes tea", "B-PER O O"),
    ("Carla Diaz met Bob in Oslo", "B-PER I-PER O B-PER O B-LOC"),
    ("Acme Press is in New York", "B-ORG I-ORG O O B-LOC I-LOC"),
    ("Ann lives in Jordan", "B-PER O O B-LOC"),
    ("She works at Blue Bank", "O O O B-ORG I-ORG"),
    ("New York is large", "B-LOC I-LOC O O"),
    ("Blue Bank is in Oslo", "B-ORG I-ORG O O B-LOC"),
    ("Carla Diaz works in Rome", "B-PER I-PER O O B-LOC"),
)
"""Words and tags, with blanks between."""
