"""Tables from remittance files: rows, frames, Parquet, the Spark source.

Imports only: the engines of frames, the exports, the audit and what lies below it.
Tests: tests/frames
"""
