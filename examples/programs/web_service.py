"""Check remittances over HTTP, for the practice management system of a billing company.

The system uploads each 835, or names one in the company's inbox, and shows the findings in its work queue. Results are
returned as they are: FastAPI writes them like `to_dict()` and puts their JSON Schema in the description of the service.

    INBOX=/srv/remits uvicorn web_service:app
"""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel

import sequestration as seq

INBOX = Path(os.environ.get("INBOX", "examples")).resolve()
app = FastAPI(title="Sequestration")


class PaidLine(BaseModel):
    """A service line as recorded in the practice management system."""

    on: date
    paid: Decimal
    reported: Decimal | None = None
    allowed: Decimal | None = None


@app.exception_handler(seq.SequestrationError)
def refuse(_request: Request, error: Exception) -> JSONResponse:
    """Report a value or file that the library refuses; its messages repeat no patient data."""
    return JSONResponse({"error": type(error).__name__, "detail": str(error)}, status_code=422)


@app.post("/remittances")
def check_upload(file: UploadFile) -> seq.Audit:
    """Check an uploaded file as it streams in; nothing is stored."""
    return seq.check_835(file.file).masked()


@app.get("/inbox")
def check_inbox(name: str) -> seq.Audit:
    """Check a file in the inbox. Any other name, such as a folder or the text of an 835, is not repeated."""
    files = {file.name: file for file in INBOX.iterdir() if file.is_file()}
    if name not in files:
        raise HTTPException(404, "The inbox has no such file")
    return seq.check_835(files[name]).masked()


@app.post("/lines")
def check_line(line: PaidLine) -> seq.Finding:
    """Check one service line."""
    return seq.check_adjustment(**line.model_dump())
