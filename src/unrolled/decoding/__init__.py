"""From the scores of a network to an answer: the best path, samples, beams."""
