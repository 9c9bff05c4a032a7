"""Text to numbers and back: tokenizers, vocabularies, one-hot codes, word vectors.

tokenizers     a text to tokens: words, characters, bytes, sub-words
vocabulary     tokens to ids, 0 for the unknown one
labels         names of classes to their numbers
one_hot        ids to one-hot codes
word_vectors   vectors of words; vectors_files reads and writes them
ngrams         neighboring tokens as features with names
hashed_ngrams  the same as 64-bit numbers

Nothing here knows of networks; the ids and vectors are what `models.inputs` reads.
"""
