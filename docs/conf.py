"""How the documentation is built: ``sphinx-build -W docs docs/_build``.

The reference is made from the running code, by ``docs/reference_pages.py``, each time. Nothing is fetched from outside.
"""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

import facts
import reference_pages

import paystackease

project = "paystackease"
author = "The paystackease authors"
copyright = author  # noqa: A001 # Sphinx calls it so
version = release = paystackease.__version__

# Without viewcode: it doubles the time of a build, and the source is one click away in every editor.
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_design"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "paystackease"
html_static_path = ["_static"]
html_css_files = ["paystackease.css"]
html_favicon = "_static/icon.svg"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options: dict[str, object] = {"top_of_page_buttons": []}

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block", "substitution", "tasklist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
myst_substitutions = facts.facts()

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"


def setup(app: Sphinx) -> None:
    """Write the reference's pages before Sphinx reads them."""
    reference_pages.write(Path(__file__).parent / "reference")
    app.connect("autodoc-before-process-signature", reference_pages.plain_signature)
    app.connect("autodoc-process-docstring", reference_pages.literal_blocks)
