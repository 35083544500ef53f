"""The command groups of the API's sections, each made when it is first asked for: ``sections.customers``."""

from __future__ import annotations

from cyclopts import App

from paystackease.cli.api_commands import section_app, section_names


def __getattr__(name: str) -> App:
    if name not in section_names():
        raise AttributeError(name)
    return section_app(name)
