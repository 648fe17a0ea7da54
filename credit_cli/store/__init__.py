"""Queries, the unit of work, bulk loading and migration calls."""
