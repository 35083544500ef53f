"""Sphinx configuration: ``sphinx-build -W docs docs/_build``.

``docs/reference_pages.py`` generates the reference from the code in each build. A build needs no network.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

import html_layout
import markdown_pages
import reference_pages
import substitutions

import paystackease

project = "paystackease"
author = "The paystackease authors"
copyright = author  # noqa: A001 # the name that Sphinx reads
version = release = paystackease.__version__

# No viewcode: it doubles the time of a build, and every editor shows the source.
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_design"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "paystackease"
html_static_path = ["_static"]
html_css_files = ["paystackease.css"]
html_js_files = [("copy.js", {"defer": "defer"})]
html_search_scorer = str(Path(__file__).parent / "search_scorer.js")
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
html_favicon = "_static/icon.svg"
html_show_sphinx = False
html_copy_source = False
html_use_index = False  # an index of all names is longer than anyone reads: the search finds them
html_domain_indices = False
html_show_sourcelink = False
html_theme_options: dict[str, object] = {"top_of_page_buttons": []}

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "attrs_block", "substitution", "tasklist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
myst_substitutions = substitutions.count_substitutions()

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"


def setup(app: Sphinx) -> None:
    """Generate the reference before Sphinx reads its pages."""
    reference_pages.write_pages(Path(app.srcdir, "reference"))
    app.connect("autodoc-before-process-signature", reference_pages.strip_annotated)
    app.connect("autodoc-process-signature", reference_pages.shorten_defaults)
    app.connect("autodoc-process-docstring", reference_pages.mark_literal_blocks)
    app.connect("html-page-context", html_layout.adapt_page)
    app.connect("html-page-context", markdown_pages.link_page)
    app.connect("doctree-resolved", markdown_pages.write_page)
    app.connect("build-finished", markdown_pages.write_llms)
