"""The page that checks files in a browser.

`page` has its files, `page_files` puts them together, and `page_check` is what the page asks of the library. The page
runs in two ways. A built folder brings Python along, compiled to WebAssembly (`tools/browser_page.py`). The command
`web` serves the page from this computer, and the library of that process checks. Tests: tests/web
"""
