"""The command groups: parse, open work, call one action, render."""
