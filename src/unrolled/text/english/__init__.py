"""English words: their forms, and the mistakes that people make with them."""
