"""Text to numbers and back: tokenizers, vocabularies, one-hot codes, word vectors."""
