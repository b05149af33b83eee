"""Audit files in several processes: small files in packs, large ones in pieces.

The audit is the same as in one process, in the same order.
"""
