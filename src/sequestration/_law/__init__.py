"""Rates, dates and arithmetic of the law.

Imports only: the ground (money, dates, errors, data files and their provenance, HTML).
Tests: tests/law
"""
