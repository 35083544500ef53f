"""Every endpoint as a command: ``paystackease customers fetch-customer ada@example.com``.

A command is made from its endpoint: what it takes from the parameters, its help from the docstring. What an endpoint
requires may be written without names, in order; everything else is an option.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import App, Group, Parameter

from paystackease._core.endpoint import Endpoint, endpoints_of
from paystackease._core.lazy_resources import LazyResource
from paystackease.cli import confirmation, credentials
from paystackease.cli.output import Kind, plain, show, show_items
from paystackease.cli.parameters import typed
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.response import Response

HOW = Group("How it is done", sort_key=90)


@dataclass(frozen=True, slots=True)
class Manner:
    """What every command can be told."""

    output: Annotated[
        Kind | None,
        Parameter(
            name=("--output", "-o"),
            group=HOW,
            help="How it is printed. Left out, a table on a terminal and JSON in a pipe.",
        ),
    ] = None
    fields: Annotated[
        str | None,
        Parameter(
            group=HOW, help="What is printed of each item: names with commas between, such as id,customer.email."
        ),
    ] = None
    profile: Annotated[str | None, Parameter(group=HOW, help="Whose account: a profile of paystackease login.")] = None

    @property
    def picked(self) -> list[str]:
        return [name.strip() for name in (self.fields or "").split(",") if name.strip()]


def section_names() -> list[str]:
    """The sections of the API, by their names here."""
    return [name for name, found in vars(Paystack).items() if isinstance(found, LazyResource)]


def section_app(name: str) -> App:
    """The commands of a section."""
    section: LazyResource = vars(Paystack)[name]
    app = App(name=dashed(name), help=section_help(name), version_flags=[])
    known = short_names(name)
    for endpoint in endpoints_of(section.client).values():
        bare = _bare(name, endpoint.name)
        alias = dashed(bare) if known.get(bare) == endpoint.name else ()
        app.command(_command(name, endpoint), name=dashed(endpoint.name), alias=alias, help=_about(endpoint))
    return app


def section_help(name: str) -> str:
    """What a section is for: what the client says of it."""
    return _section_helps()[name]


def dashed(name: str) -> str:
    return name.replace("_", "-")


def spelled(tokens: Sequence[str]) -> list[str]:
    """What was typed, with the names of section and command written out: underscores may stand for dashes, and short
    names for long ones.
    """
    if not tokens or (name := tokens[0].replace("-", "_")) not in section_names():
        return list(tokens)
    found = [dashed(name), *tokens[1:]]
    if len(found) > 1 and not found[1].startswith("-"):
        asked = found[1].replace("-", "_")
        found[1] = dashed(short_names(name).get(asked, asked))
    return found


def short_names(section: str) -> dict[str, str]:
    """For each short name of a section's commands, the command.

    One is what is left without the words of the section's own name (``customers fetch``), others are the first words
    (``transactions partial``), as long as no other command is called so.
    """
    names = list(endpoints_of(vars(Paystack)[section].client))
    bare: dict[str, list[str]] = {}
    begun: dict[str, list[str]] = {}
    for name in names:
        words = name.split("_")
        bare.setdefault(_bare(section, name), []).append(name)
        for count in range(1, len(words)):
            begun.setdefault("_".join(words[:count]), []).append(name)
    found = {**{short: of for short, of in begun.items() if len(of) == 1}, **bare}
    return {short: of[0] for short, of in found.items() if short and len(of) == 1 and short not in names}


def _bare(section: str, name: str) -> str:
    own = {word.removesuffix("s") for word in section.split("_")}
    return "_".join(word for word in name.split("_") if word.removesuffix("s") not in own)


def _command(section: str, endpoint: Endpoint[..., Any]) -> Callable[..., None]:
    takes = _parameters(endpoint)
    names = {f"--{dashed(name)}" for name in endpoint.parameters}

    def command(*args: Any, **kwargs: Any) -> None:
        manner = cast("Manner | None", kwargs.pop("manner", None)) or Manner()
        everything, yes = bool(kwargs.pop("all_pages", False)), bool(kwargs.pop("yes", False))
        given = dict(zip(endpoint.parameters, args, strict=False))
        given.update({name: value for name, value in kwargs.items() if value is not None})
        _run(section, endpoint, given, manner, everything=everything, yes=yes)

    assert not names & {"--output", "--fields", "--profile", "--all", "--yes"}, "these are every command's"
    command.__name__ = endpoint.name
    command.__doc__ = None
    command.__signature__ = inspect.Signature(takes)  # type: ignore[attr-defined] # functions may have one
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in takes}
    return command


def parameters_of(endpoint: Endpoint[..., Any]) -> list[inspect.Parameter]:
    """What an endpoint takes, as a command takes it: what stands without its name first."""
    said = _said_of_parameters(endpoint)
    placed: list[inspect.Parameter] = []
    named: list[inspect.Parameter] = []
    for found in endpoint.parameters.values():
        annotation, positional = typed(found.annotation, said.get(found.name, ""), required=found.required)
        if found.wire_name in {"from", "to"}:
            annotation = Annotated[annotation, Parameter(alias=f"--{found.wire_name}")]
        if found.required and positional:
            placed.append(inspect.Parameter(found.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation))
        else:
            default = inspect.Parameter.empty if found.required else None
            named.append(
                inspect.Parameter(found.name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
            )
    return [*placed, *named]


def _parameters(endpoint: Endpoint[..., Any]) -> list[inspect.Parameter]:
    found = parameters_of(endpoint)
    if endpoint.pages:
        found.append(_switch("all_pages", "--all", "Follow every page, not only the first."))
    if endpoint.moves_money:
        found.append(_switch("yes", ("--yes", "-y"), "Do not ask: this moves money, and it is meant."))
    how = Annotated[Manner | None, Parameter(name="*")]
    return [*found, inspect.Parameter("manner", inspect.Parameter.KEYWORD_ONLY, annotation=how, default=None)]


def _switch(name: str, typed_as: str | tuple[str, ...], help_: str) -> inspect.Parameter:
    annotation = Annotated[bool, Parameter(name=typed_as, group=HOW, negative=(), help=help_)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=False)


def _run(
    section: str,
    endpoint: Endpoint[..., Any],
    given: Mapping[str, Any],
    manner: Manner,
    *,
    everything: bool,
    yes: bool,
) -> None:
    request = endpoint.build(**given)
    key = credentials.secret_key(manner.profile)
    if endpoint.moves_money:
        confirmation.agreed(endpoint, request, key, yes=yes)
    with Paystack(key) as client:
        response: Response[Any] = client.send(request)
        if everything:
            show_items(client.iterate(response), manner.output, manner.picked)
        else:
            show(response, manner.output, manner.picked)


# Help, from the docstrings


def _about(endpoint: Endpoint[..., Any]) -> str:
    where = f"\n\nPaystack's page: {endpoint.docs_url}" if endpoint.docs_url else ""
    # What a program does with iterate, a command does with --all.
    summary = plain(endpoint.summary).replace("client.iterate(...) follows", "--all follows")
    return f"{summary}\n\n{endpoint.method} {endpoint.path}{where}"


def _said_of_parameters(endpoint: Endpoint[..., Any]) -> dict[str, str]:
    doc = inspect.cleandoc(endpoint.function.__doc__ or "")
    found = re.finditer(r"^:param (\w+): (.*?)(?=^:|\Z)", doc, re.MULTILINE | re.DOTALL)
    return {match[1]: plain(match[2]) for match in found}


@cache
def _section_helps() -> dict[str, str]:
    # The strings under the annotations of the client's class, which its source alone has.
    source = inspect.getsource(Paystack)
    found = re.finditer(r'^    (\w+): \w+\n    """(.*?)"""', source, re.MULTILINE | re.DOTALL)
    # "The Plans API: what subscriptions charge" is said of plans; here that is plain.
    helps = {match[1]: plain(match[2]).partition(" API: ") for match in found}
    return {name: f"{rest[:1].upper()}{rest[1:]}" if rest else whole for name, (whole, _, rest) in helps.items()}
