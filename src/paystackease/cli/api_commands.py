"""Every endpoint as a command: ``paystackease customers fetch-customer ada@example.com``.

A command is built from its endpoint: its parameters from the endpoint's parameters, its help from the docstring.
Required parameters may be given by position, in order; all others are options.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import App, Group, Parameter

from paystackease._core.endpoint import Endpoint, endpoints_of
from paystackease._core.lazy_resources import LazyResource
from paystackease.base import PayStackBaseClientAPI
from paystackease.cli import confirmation, credentials
from paystackease.cli.output import OutputFormat, print_items, print_response, strip_markup
from paystackease.cli.parameters import command_annotation
from paystackease.cli.sections import SECTION_HELP
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.response import Response

OPTIONS_GROUP = Group("Options of every command", sort_key=90)


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """The options that every command has."""

    output: Annotated[
        OutputFormat | None,
        Parameter(
            name=("--output", "-o"),
            group=OPTIONS_GROUP,
            help="Output format. Default: a table on a terminal, JSON in a pipe.",
        ),
    ] = None
    fields: Annotated[
        str | None,
        Parameter(
            group=OPTIONS_GROUP, help="The fields of each item to print, separated by commas: id,customer.email."
        ),
    ] = None
    profile: Annotated[
        str | None, Parameter(group=OPTIONS_GROUP, help="The account to use: a profile of paystackease login.")
    ] = None

    @property
    def field_names(self) -> list[str]:
        return [name.strip() for name in (self.fields or "").split(",") if name.strip()]


def section_app(name: str) -> App:
    """Build the commands of a section."""
    section: LazyResource = vars(Paystack)[name]
    app = App(name=to_dashes(name), help=SECTION_HELP[name], version_flags=[])
    short_names = short_command_names(name)
    for endpoint in endpoints_of(section.client_class).values():
        short = _without_section_words(name, endpoint.name)
        alias = to_dashes(short) if short_names.get(short) == endpoint.name else ()
        app.command(
            _build_command(endpoint, section.client_class),
            name=to_dashes(endpoint.name),
            alias=alias,
            help=_command_help(endpoint),
        )
    return app


if not TYPE_CHECKING:  # a type checker would accept any name of this module

    def __getattr__(name: str) -> App:
        """Build the commands of a section when cyclopts first imports them, as ``api_commands:customers``."""
        if name not in SECTION_HELP:
            raise AttributeError(name)
        return section_app(name)


def to_dashes(name: str) -> str:
    return name.replace("_", "-")


def expand_names(tokens: Sequence[str]) -> list[str]:
    """Replace the names of section and command by their full names.

    Underscores may stand for dashes, and short names for full ones.
    """
    if not tokens or (name := tokens[0].replace("-", "_")) not in SECTION_HELP:
        return list(tokens)
    expanded = [to_dashes(name), *tokens[1:]]
    if len(expanded) > 1 and not expanded[1].startswith("-"):
        command = expanded[1].replace("-", "_")
        expanded[1] = to_dashes(short_command_names(name).get(command, command))
    return expanded


def short_command_names(section: str) -> dict[str, str]:
    """Return a section's commands by their short names.

    A short name is the full name without the words of the section's name (``customers fetch``), or its first words
    (``transactions partial``). It must be unambiguous, and must not be the full name of another command.
    """
    names = list(endpoints_of(vars(Paystack)[section].client_class))
    by_short_name: dict[str, list[str]] = {}
    by_prefix: dict[str, list[str]] = {}
    for name in names:
        words = name.split("_")
        by_short_name.setdefault(_without_section_words(section, name), []).append(name)
        for count in range(1, len(words)):
            by_prefix.setdefault("_".join(words[:count]), []).append(name)
    candidates = {
        **{short: commands for short, commands in by_prefix.items() if len(commands) == 1},
        **by_short_name,
    }
    return {
        short: commands[0]
        for short, commands in candidates.items()
        if short and len(commands) == 1 and short not in names
    }


def _without_section_words(section: str, name: str) -> str:
    section_words = {word.removesuffix("s") for word in section.split("_")}
    return "_".join(word for word in name.split("_") if word.removesuffix("s") not in section_words)


def _build_command(endpoint: Endpoint[..., Any], client_class: type[PayStackBaseClientAPI]) -> Callable[..., None]:
    parameters = _command_parameters(endpoint)
    flags = {f"--{to_dashes(name)}" for name in endpoint.parameters}

    def command(*args: Any, **kwargs: Any) -> None:
        options = cast("OutputOptions | None", kwargs.pop("options", None)) or OutputOptions()
        all_pages, yes = bool(kwargs.pop("all_pages", False)), bool(kwargs.pop("yes", False))
        arguments = dict(zip(endpoint.parameters, args, strict=False))
        arguments.update({name: value for name, value in kwargs.items() if value is not None})
        _call_endpoint(endpoint, client_class, arguments, options, all_pages=all_pages, yes=yes)

    assert not flags & {"--output", "--fields", "--profile", "--all", "--yes"}, "every command has these itself"
    command.__name__ = endpoint.name
    command.__doc__ = None
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # functions may have one
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def endpoint_parameters(endpoint: Endpoint[..., Any]) -> list[inspect.Parameter]:
    """Return an endpoint's parameters as a command takes them, positional ones first."""
    descriptions = endpoint.parameter_descriptions
    positional: list[inspect.Parameter] = []
    options: list[inspect.Parameter] = []
    for parameter in endpoint.parameters.values():
        name = parameter.name
        description = strip_markup(descriptions.get(name, ""))
        annotation, may_be_positional = command_annotation(
            parameter.annotation, description, required=parameter.required
        )
        if parameter.wire_name in {"from", "to"}:
            annotation = Annotated[annotation, Parameter(alias=f"--{parameter.wire_name}")]
        if parameter.required and may_be_positional:
            positional.append(inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation))
        else:
            default = inspect.Parameter.empty if parameter.required else None
            options.append(
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
            )
    return [*positional, *options]


def _command_parameters(endpoint: Endpoint[..., Any]) -> list[inspect.Parameter]:
    parameters = endpoint_parameters(endpoint)
    if endpoint.pages:
        parameters.append(_flag("all_pages", "--all", "Follow every page, not only the first."))
    if endpoint.moves_money:
        parameters.append(_flag("yes", ("--yes", "-y"), "Move money without asking for confirmation."))
    annotation = Annotated[OutputOptions | None, Parameter(name="*")]
    options = inspect.Parameter("options", inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=None)
    return [*parameters, options]


def _flag(name: str, flags: str | tuple[str, ...], description: str) -> inspect.Parameter:
    annotation = Annotated[bool, Parameter(name=flags, group=OPTIONS_GROUP, negative=(), help=description)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=False)


def _call_endpoint(
    endpoint: Endpoint[..., Any],
    client_class: type[PayStackBaseClientAPI],
    arguments: Mapping[str, Any],
    options: OutputOptions,
    *,
    all_pages: bool,
    yes: bool,
) -> None:
    request = endpoint.build(**arguments)
    key = credentials.secret_key(options.profile)
    if endpoint.moves_money:
        confirmation.confirm(endpoint, request, key, yes=yes)
    with client_class(key) as client:
        response: Response[Any] = client.send(request)
        if all_pages:
            print_items(client.iterate(response), options.output, options.field_names)
        else:
            print_response(response, options.output, options.field_names)


def _command_help(endpoint: Endpoint[..., Any]) -> str:
    link = f"\n\nPaystack's page: {endpoint.docs_url}" if endpoint.docs_url else ""
    pages = " --all follows the pages." if endpoint.pages else ""
    return f"{command_summary(endpoint)}{pages}\n\n{endpoint.method} {endpoint.path}{link}"


def command_summary(endpoint: Endpoint[..., Any]) -> str:
    """Return an endpoint's summary for ``--help``."""
    return strip_markup(endpoint.summary)
