"""Credit administration for the officials of a province."""

__version__ = "0.1.0"
