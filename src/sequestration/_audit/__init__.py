"""Audit of whole files: totals, balance, reversals, findings.

Imports only: the worklist, the checks, the 835 reader, the codes, the law, the runtime and the ground.
Tests: tests/audit
"""
