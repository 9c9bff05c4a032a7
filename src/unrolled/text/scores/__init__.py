"""Metrics of written texts: translations, summaries, corrections."""
