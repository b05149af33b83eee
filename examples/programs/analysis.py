# %% [markdown]
"""Analyze the sequestration in a folder of remittances, for an analyst at a health system.

Each `# %%` is a cell. Open the file as a notebook in VS Code, Spyder or Jupyter (jupytext), or run it as a script:

    python analysis.py examples
"""

# %%
from __future__ import annotations

import sys

import pandas as pd

import sequestration as seq
from sequestration import frames

folder = sys.argv[1]
audit = seq.check_835(folder)
print(audit.status, audit.totals)

# %% What did each payer charge, pay and withhold in each month of payment?
claims = frames.claims(folder, backend="pandas")
claims["month"] = pd.to_datetime(claims["payment_date"]).dt.strftime("%Y-%m")
print(claims.groupby(["payer", "month"])[["charge", "paid", "sequestration"]].sum().to_string())

# %% Which mistakes explain the wrong amounts, in dollars?
wrong = frames.findings(folder, backend="pandas")
print(wrong.groupby(["verdict", "owed_to"])["difference"].agg(["size", "sum"]).to_string())
for pattern in audit.patterns()[:2]:
    print(pattern)

# %% Which services lose the most to sequestration?
lines = frames.service_lines(folder, backend="pandas")
print(lines.groupby("procedure")["sequestration"].sum().sort_values(ascending=False).head(3).to_string())

# %% What would the same year cost with an additional 4% PAYGO sequestration?
added = seq.MEDICARE_FFS.what_if(first_day="2024-01-01", last_day="2024-12-31", rate="0.04", stacking="add")
every = frames.findings(folder, keep="all", backend="pandas")
judged = every[every["expected"].notna()]
totals = frames.forecast(judged, payable="payable", on="on", schedules={"law": None, "with PAYGO": added})
print(totals.groupby("schedule")["cut"].sum().to_string())
