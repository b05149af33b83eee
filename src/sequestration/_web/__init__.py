"""The pages that check files and try Python in a browser.

`page` has their files, `page_files` puts them together, and `page_check` is what the first asks of the library.
A built folder brings Python along, compiled to WebAssembly (`tools/browser_page.py`). The command `web` serves the page
that checks files from this computer, and the library of that process checks. Tests: tests/web
"""
