"""Output files of an audit: the HTML report, the workbook and the CSV of findings.

Imports only: the audit and the layers below it.
Tests: tests/export
"""
