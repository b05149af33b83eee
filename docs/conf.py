"""How the documents are built (see CONTRIBUTING.md); nothing is fetched."""

from __future__ import annotations

import re
import sys
from html import escape
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

import sequestration

sys.path.insert(0, str(Path(__file__).parent))

project = "sequestration"
author = "the authors of sequestration"
copyright = "the authors of sequestration; MIT license"  # noqa: A001 - Sphinx wants this name
version = release = version_of("sequestration")

extensions = [
    "myst_nb",
    "public_names",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "_site"]
language = "en"

# Pages are MyST Markdown; headings of three levels can be linked to.
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Notebooks are run in every build, and an error in one stops it.
nb_execution_mode = "force"
# In the folder of the page, so that a notebook finds the examples.
nb_execution_in_temp = False
nb_execution_raise_on_error = True
nb_execution_timeout = 180
nb_merge_streams = True

# The reference is built from docstrings in Google style.
# Names in single backticks are code.
default_role = "code"
napoleon_numpy_docstring = False
# Fields of a class are listed with it, and not once more as entries of their own.
napoleon_use_ivar = True
autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints_format = "short"
# A signature has the name of a type of arguments, such as Amount.
autodoc_type_aliases = {
    name: name
    for name in sequestration.__all__
    if not isinstance(getattr(sequestration, name), type)
    and name[0].isupper()
    and not name.isupper()
}
python_use_unqualified_type_names = True
python_display_short_literal_types = True
maximum_signature_line_length = 88

copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"

html_theme = "furo"
html_title = f"sequestration {version}"
html_static_path = ["_static"]
html_favicon = html_logo = "_static/icon.svg"
html_css_files = ["site.css"]
html_search_scorer = str(Path(__file__).with_name("search_order.js"))
# The pages in the browser, if they were built (docs/howto/browser.md).
html_extra_path = ["_site"] if (Path(__file__).parent / "_site").is_dir() else []
if html_extra_path:
    tags.add("browser_page")  # noqa: F821 - Sphinx gives it
DESCRIPTION_LENGTH = 200
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_theme_options = {
    "navigation_with_keys": True,
    "light_css_variables": {"sidebar-item-spacing-vertical": "0.3rem"},
}


def resolve(
    app: Any, env: Any, node: Any, content: nodes.Element
) -> nodes.Element | None:
    """Link a type in a signature from its private to its public name."""
    name = str(node.get("reftarget", "")).rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in sequestration.__all__:
        return None
    target = f"sequestration.{name}"
    if target not in env.domains["py"].objects:
        return None
    found: nodes.Element | None = env.domains["py"].resolve_xref(
        env, node["refdoc"], app.builder, "obj", target, node, content
    )
    return found


def plain(*asked: Any) -> tuple[str, str | None] | None:
    """Show defaults that attrs creates as left open, and types by their names."""
    signature, returned = asked[-2:]
    if not signature:
        return None
    signature = re.sub(r"TypeAliasForwardRef\('(\w+)'\)", r"\1", signature)
    return signature.replace("= NOTHING", "= ..."), returned


class BothThemes(SphinxTransform):
    """Add to a light picture its dark version: the reader's theme chooses."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Put the dark version behind each light one."""
        for light in list(self.document.findall(nodes.image)):
            if light["uri"].endswith("_light.webp"):
                dark = light.deepcopy()
                dark["uri"] = light["uri"].replace("_light.", "_dark.")
                light["classes"].append("only-light")
                dark["classes"].append("only-dark")
                light.parent.insert(light.parent.index(light) + 1, dark)


def describe(*given: Any) -> None:
    """Describe a page to search engines by its first paragraph."""
    context, tree = given[-2:]
    if tree is None or 'name="description"' in context["metatags"]:
        return
    paragraphs = (
        each
        for each in tree.findall(nodes.paragraph)
        if isinstance(each.parent, nodes.section)
    )
    text = " ".join(next(paragraphs, nodes.paragraph()).astext().split()) or project
    if len(text) > DESCRIPTION_LENGTH:
        text = f"{text[:DESCRIPTION_LENGTH].rpartition(' ')[0].rstrip(',;:')} ..."
    title = next(tree.findall(nodes.title), nodes.title(text=project)).astext()
    for name, value in (
        ('name="description"', text),
        ('property="og:description"', text),
        ('property="og:title"', title),
        ('property="og:site_name"', project),
        ('property="og:type"', "website"),
    ):
        context["metatags"] += f'\n<meta {name} content="{escape(value)}" />'


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("autodoc-process-signature", plain)
    app.connect("missing-reference", resolve)
    app.connect("html-page-context", describe)
    app.add_transform(BothThemes)
