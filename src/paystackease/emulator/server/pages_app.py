"""All pages as one ASGI application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from paystackease.emulator.checkout import checkout, customer_pages, payment_links
from paystackease.emulator.dashboard import (
    activity,
    recipients,
    records,
    refunds,
    routing,
    search,
    settings_form,
    settlements,
    simulation,
)
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.security import SecurityMiddleware
from paystackease.emulator.pages.site import Site

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

STATIC = Path(__file__).parent.parent / "pages" / "static"


def create_app(emulator: Emulator) -> ASGIApp:
    """Return the application that serves the dashboard, the checkout and the other pages of an emulator."""
    site = Site(emulator)
    registries = [
        records.registry,
        refunds.registry,
        settlements.registry,
        recipients.registry,
        activity.registry,
        search.registry,
        settings_form.registry,
        simulation.create_registry(emulator),
        payment_links.registry,
    ]
    app = Starlette(
        routes=[
            Mount("/_emulator/static", StaticFiles(directory=STATIC)),
            *checkout.create_routes(site),
            *customer_pages.create_routes(site),
            *payment_links.create_routes(site),
            *routing.create_routes(site, registries),
        ],
        exception_handlers={
            ApiError: site.handle_api_error,
            HTTPException: site.handle_http_error,
            Exception: site.handle_server_error,
        },
    )
    # Outermost, so that the error page of Starlette itself has the headers too.
    return SecurityMiddleware(app)
