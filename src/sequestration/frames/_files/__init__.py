"""Tables from remittance files: rows, frames, Parquet, the Spark source.

Imports only: the engines of frames, the exports, the audit and the layers below it.
Tests: tests/frames
"""
