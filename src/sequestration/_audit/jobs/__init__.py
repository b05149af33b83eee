"""Audit files in several processes: small files in groups, large files in pieces.

The audit is the same as with one process, in the same order.
"""
