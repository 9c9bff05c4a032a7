"""Pictures: plain numbers and words in, SVG or HTML out; no file, no network."""
