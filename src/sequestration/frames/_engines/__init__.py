"""Engines of data frames: pandas, narwhals, and frames taken in parts.

Imports only: the checks, the law and the ground.
Tests: tests/frames
"""
