"""Summaries of an audit: by code, by claim, by pattern, by plan.

Imports only: what an audit keeps, and what the audit itself may import.
"""
