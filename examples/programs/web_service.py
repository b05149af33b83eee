"""Check remittances over HTTP, for the practice management system of a billing company.

The system uploads each 835, or names one in the company's inbox, and shows the findings in its work queue. Results go
out as they are: FastAPI writes them as `to_dict()` and puts their JSON Schema into the description of the service.

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
    """One service line as the practice management system knows it."""

    on: date
    paid: Decimal
    reported: Decimal | None = None
    allowed: Decimal | None = None


@app.exception_handler(seq.SequestrationError)
def refuse(_request: Request, error: Exception) -> JSONResponse:
    """Answer a value or file that the library refuses; its messages repeat nothing of a patient."""
    return JSONResponse({"error": type(error).__name__, "detail": str(error)}, status_code=422)


@app.post("/remittances")
def check_upload(file: UploadFile) -> seq.Audit:
    """Check an uploaded file as it streams in; nothing is stored."""
    return seq.check_835(file.file).masked()


@app.get("/inbox")
def check_inbox(name: str) -> seq.Audit:
    """Check a file of the inbox. Anything else, such as a folder or the text of an 835, is not repeated."""
    files = {file.name: file for file in INBOX.iterdir() if file.is_file()}
    if name not in files:
        raise HTTPException(404, "no such file in the inbox")
    return seq.check_835(files[name]).masked()


@app.post("/lines")
def check_line(line: PaidLine) -> seq.Finding:
    """Check one service line."""
    return seq.check_adjustment(**line.model_dump())
