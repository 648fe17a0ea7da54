"""The tables, one file per area, without behaviour."""
