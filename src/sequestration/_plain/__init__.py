"""Plain values: results as JSON has them, and the JSON Schema of each.

Imports only: the ground and the sources.
Tests: tests/ground
"""
