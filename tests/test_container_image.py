"""The Dockerfile, run without a container engine.

The short version uses the environment of the tests. The long version creates a new environment and installs the
package there with the Dockerfile's commands, from the package index that pip is configured for.
"""

import http.client
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path

import dockerfile_image
import polling
import pytest

from paystackease import Paystack

ROOT = Path(__file__).parent.parent
pytestmark = [
    pytest.mark.skipif(not (ROOT / "Dockerfile").exists(), reason="it is not part of the source distribution"),
    pytest.mark.skipif(sys.platform == "win32", reason="the image is for Linux"),
]


@pytest.fixture(scope="module", params=["installed", pytest.param("new environment", marks=pytest.mark.long)])
def image(request):
    # tmp_path can be entered only by its owner.
    folder = Path(tempfile.mkdtemp(prefix="paystackease-image-"))
    folder.chmod(0o755)
    scripts = Path(sysconfig.get_path("scripts"))
    if request.param == "new environment":
        subprocess.run([sys.executable, "-m", "venv", folder / "python"], check=True)
        scripts = folder / "python" / "bin"
    (folder / "root").mkdir()
    yield dockerfile_image.DockerfileImage(ROOT, folder / "root", scripts, install=request.param == "new environment")
    shutil.rmtree(folder)


def accepts_host(port, host):
    """Return whether the emulator accepts a request with that Host header."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/_emulator/", headers={"Host": host})
        status = connection.getresponse().status
        assert status in (200, 303, 421)
        return status != 421
    finally:
        connection.close()


@pytest.fixture(scope="module")
def port(image):
    """The port of a container that all tests share."""
    with image.container() as (_, port):
        yield port


def test_a_container_responds_as_paystack_and_is_healthy(image, port):
    polling.wait_until(lambda: image.check_health(port) == 0)  # an engine retries too
    with Paystack("sk_test_image", base_url=f"http://127.0.0.1:{port}") as client:
        assert client.customers.create_customer("ada@example.com", "Ada", "Obi", "").message == "Customer created"


def test_a_container_that_does_not_respond_is_unhealthy(image):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # and does not listen
        assert image.check_health(listener.getsockname()[1]) != 0


def test_other_containers_reach_the_emulator_by_allowed_names(image, port):
    for name in ("paystack", "paystack-emulator", "host.docker.internal", "localhost", "172.17.0.2"):
        assert accepts_host(port, f"{name}:4010"), name
    assert not accepts_host(port, "payments:4010")
    with image.container("--allow-host", "orders", PAYSTACK_EMULATOR_ALLOW_HOST="payments") as (_, other_port):
        names = [name for name in ("orders", "payments", "paystack") if accepts_host(other_port, f"{name}:4010")]
        assert names == ["orders", "payments"]


def test_the_user_of_the_image_can_store_data_in_its_volume(image):
    database = str(image.local_path("/data") / "paystack.db")
    for emails in (["ada@example.com"], ["bola@example.com", "ada@example.com"]):
        with image.container("--db", database) as (process, port):
            with Paystack("sk_test_image", base_url=f"http://127.0.0.1:{port}") as client:
                client.customers.create_customer(emails[0], "", "", "")
                assert [customer["email"] for customer in client.customers.list_customers().data] == emails
            process.terminate()
            process.wait(30)
    assert dockerfile_image.unprivileged_prefix() == () or image.local_path("/data/paystack.db").owner() == image.user


def test_the_container_ends_when_the_engine_stops_it(image):
    with image.container() as (process, _):
        process.terminate()
        assert process.wait(30) in (0, -15)


def test_no_build_files_remain_in_the_image(image):
    assert not image.local_path("/src").exists()
    assert image.user == "nobody"


def test_the_image_has_a_python_that_the_package_supports(image):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = re.fullmatch(r"python:(\d+\.\d+)-slim", image.base)[1]
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_the_port_of_the_image_is_that_of_the_command_and_of_its_health_check(image):
    help_text = subprocess.run(
        ["paystackease", "emulator", "up", "--help"], capture_output=True, text=True, env=image.environment
    )
    assert image.ports == [4010]
    assert "4010" in help_text.stdout
    assert f":{image.ports[0]}/" in image.healthcheck[-1]


def test_a_command_that_names_a_path_outside_of_the_image_is_not_run(tmp_path):
    (tmp_path / ".dockerignore").write_text("")
    for number, command in enumerate(("rm -rf ~/x", "rm -rf ../x", "echo $HOME", "echo x >/etc/x")):
        (tmp_path / "Dockerfile").write_text(f"RUN {command}\n")
        (tmp_path / str(number)).mkdir()
        with pytest.raises(AssertionError, match="outside of the image"):
            dockerfile_image.DockerfileImage(tmp_path, tmp_path / str(number), "/bin", install=False)


def test_the_build_context_has_only_the_copied_files():
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    copied = {
        name
        for instruction, rest in dockerfile_image.parse_instructions((ROOT / "Dockerfile").read_text())
        if instruction == "COPY"
        for name in rest.split()[:-1]
    }
    assert {path.name for path in ROOT.iterdir() if not dockerfile_image.is_ignored(path.name, patterns)} == copied
