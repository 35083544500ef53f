"""An offline Paystack in a container: one container for all tests, and a separate business for each test."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.image import DockerImage
from testcontainers.core.wait_strategies import HttpWaitStrategy

from paystackease import Paystack

PORT = 4010
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def paystack_url() -> Iterator[str]:
    """Build the image, start a container, and return its URL when it responds."""
    with DockerImage(path=REPOSITORY, tag="paystack-emulator:test") as image:
        container = DockerContainer(str(image)).with_exposed_ports(PORT)
        # The engine may be on another machine. The emulator must allow its host name.
        engine = container.get_docker_client().host()
        container.with_env("PAYSTACK_EMULATOR_ALLOW_HOST", f"paystack {engine}")
        container.waiting_for(HttpWaitStrategy(PORT, "/_emulator/").for_status_code(200))
        with container:
            yield f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}"


@pytest.fixture
def paystack(paystack_url: str) -> Iterator[Paystack]:
    """A client of a business that no other test uses."""
    with Paystack(f"sk_test_{uuid4().hex}", base_url=paystack_url) as client:
        yield client
