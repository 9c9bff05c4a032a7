"""How words are misspelled, and which word was meant."""
