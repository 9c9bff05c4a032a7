"""The edits that turn one sentence into another: which, of what kind, how good."""
