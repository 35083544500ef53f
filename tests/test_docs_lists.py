"""The reference lists every endpoint, error, event, setting, fault, command and column that exists."""

import inspect
import re
import sys
from pathlib import Path

import msgspec
import pytest

DOCS = Path(__file__).parents[1] / "docs"

pytest.importorskip("sphinx", reason="the documentation is built with the extra docs")
sys.path.insert(0, str(DOCS))
import control_operations  # noqa: E402 # this and the next two are in the directory of the pages
import reference_pages  # noqa: E402
import reference_tables  # noqa: E402

import paystackease  # noqa: E402
from paystackease import Emulator, Paystack, apis, async_apis, errors, types, webhooks  # noqa: E402
from paystackease._core.endpoint import endpoints_of  # noqa: E402
from paystackease.cli.app import full_app  # noqa: E402
from paystackease.cli.export import exportable_lists  # noqa: E402
from paystackease.data.columns import columns_of  # noqa: E402
from paystackease.emulator import settings  # noqa: E402
from paystackease.emulator.faults import rules  # noqa: E402
from paystackease.endpoints import endpoints  # noqa: E402
from paystackease.webhooks import deduplication  # noqa: E402

SOURCE = Path(inspect.getfile(errors)).parent


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Return the generated pages of the reference, by name."""
    folder = tmp_path_factory.mktemp("reference")
    reference_pages.write_pages(folder)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.md")}


def read_first_cells(text):
    """Return the first cell of each row of a page's tables."""
    cells = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [cell.strip("`") for cell in cells if cell not in {"---"}]


def test_every_endpoint_is_in_the_table_with_its_request(reference):
    for section, endpoint in endpoints():
        section_text = reference["endpoints.md"].partition(f"\n## client.{section}\n")[2].partition("\n## ")[0]
        assert f"| `{endpoint.name}` | `{endpoint.method} {endpoint.path}` |" in section_text
    assert reference["endpoints.md"].count("\n| `") == len(list(endpoints()))


@pytest.mark.parametrize("package", [apis, async_apis, types, webhooks], ids=lambda package: package.__name__)
def test_every_module_has_a_page_that_another_page_lists(reference, package):
    for path in Path(package.__file__).parent.glob("[!_]*.py"):
        page = f"{package.__name__}.{path.stem}.md"
        assert page in reference
        assert any(f"({page})" in text for name, text in reference.items() if name != page)


def test_the_members_that_the_reference_leaves_out_exist():
    assert [name for name in reference_pages.INTERNAL_MEMBERS if not hasattr(Emulator, name)] == []


def test_the_page_of_a_resource_shows_its_client_class(reference):
    for section in reference_pages._list_modules(async_apis):
        assert re.search(rf"autoclass:: {section}\.Async\w+ClientAPI\n   :members:\n", reference[f"{section}.md"])


def test_every_error_is_documented_with_its_cause_and_an_action(reference):
    error_classes = {
        value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert set(reference_tables.list_error_classes()) == error_classes
    for error in error_classes:
        cause, action = reference_tables.split_error_doc(error)
        assert cause
        assert action.endswith(".")
        assert f"`~paystackease.errors.{error.__name__}` | {cause} | {action} |" in reference["errors.md"]


def test_every_event_is_documented_with_its_type(reference):
    assert set(reference_tables.list_event_types()) == set(deduplication.IDENTITIES)
    assert read_first_cells(reference["events.md"])[1:] == list(deduplication.IDENTITIES)
    for name, identity in deduplication.IDENTITIES.items():
        row = re.search(rf"^\| `{re.escape(name)}` .*$", reference["events.md"], re.MULTILINE)[0]
        assert [path.removesuffix("?") in row for path in identity.key_paths] == [True] * len(identity.key_paths)


def test_every_setting_is_documented_with_a_sentence(reference):
    names = [field.name for field in msgspec.structs.fields(settings.Settings)]
    assert read_first_cells(reference["settings.md"])[1:] == names
    for name in names:
        assert re.search(rf"\| `{name}` \| `.+` \| .+\. \|", reference["settings.md"]), name


def test_every_fault_and_preset_is_documented(reference):
    names = read_first_cells(reference["faults.md"])
    for name in (*rules.ACTIONS, *rules.WEBHOOK_ACTIONS, *rules.PRESETS):
        assert names.count(name) == 1
    assert {field.name for field in msgspec.structs.fields(rules.FaultRule)} <= set(names)


def test_every_operation_of_the_control_api_is_documented(reference):
    assert {
        name for group in control_operations.GROUPS.values() for name in group
    } == control_operations.read_operations()
    assert set(read_first_cells(reference["control.md"])) - {"operation"} == control_operations.read_operations()


def test_every_environment_variable_that_the_code_reads_is_documented(reference):
    documented = {name for names in reference_tables.ENVIRONMENT for name in names.split(", ")}
    used = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text()
        used |= {*re.findall(r"os\.environ(?:\.get\(|\[)\"(\w+)\"", text), *re.findall(r"env_var=\"(\w+)\"", text)}
    assert used == {name for name in documented if not name.endswith("_PROXY")}
    for name in documented:
        assert name in reference["environment.md"]


def test_every_command_is_documented_with_its_parameters(reference):
    app = full_app()
    for name in app:
        if name.startswith("-"):
            continue
        page = reference[f"cli/{name}.md"]
        assert f"[{name}]({name}.md)" in reference["cli/index.md"]
        short = reference_tables.list_short_names(name)
        for subcommand in app[name]:
            if not subcommand.startswith("-"):
                section_text = page.partition(f"\n## paystackease {name} {short.get(subcommand, subcommand)}\n")[
                    2
                ].partition("\n## ")[0]
                assert f"paystackease {name} {subcommand}" in section_text
    for section, endpoint in endpoints():
        page = reference[f"cli/{section.replace('_', '-')}.md"]
        section_text = page.partition(f"\n## paystackease {section} {endpoint.name}\n".replace("_", "-"))[2].partition(
            "\n## "
        )[0]
        for parameter in endpoint.parameters:
            assert f"--{parameter.replace('_', '-')}" in section_text


def test_every_command_that_controls_an_emulator_is_documented(reference):
    emulator, page = full_app()["emulator"], reference["cli/emulator.md"]
    for group in ("clock", "fault", "settings", "snapshot"):
        for name in emulator[group]:
            if not name.startswith("-"):
                assert f"\n### paystackease emulator {group} {name}\n" in page


def test_every_column_of_every_list_is_documented(reference):
    for name, endpoint in exportable_lists().items():
        section_text = reference["columns.md"].partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        for column in columns_of(endpoint):
            assert f"`{column.name}` {column.type}" in section_text


def test_every_example_is_listed_with_the_command_that_its_readme_has():
    page = (DOCS / "examples.md").read_text()
    for path in (DOCS.parent / "examples").iterdir():
        if (path.is_dir() and path.name != "__pycache__") or path.suffix in {".py", ".ipynb"}:
            assert f"`{path.name}`" in page
        if (path / "README.md").is_file() and path.name != "testcontainers":  # it has tests, not a program
            (command,) = re.findall(r"^paystackease .+$", (path / "README.md").read_text(), re.MULTILINE)
            assert f"`{command}`" in page


def test_every_call_in_the_migration_tables_exists():
    paystackapi = pytest.importorskip("paystackapi.paystack")
    pypaystack2 = pytest.importorskip("pypaystack2")
    libraries = {
        "paystackapi": lambda section, call: getattr(getattr(paystackapi, section), call),
        "pypaystack2": lambda section, call: getattr(vars(pypaystack2.PaystackClient("sk_test_x"))[section], call),
    }
    page = (DOCS / "migrating_others.md").read_text()
    compared = 0
    for name, call_of in libraries.items():
        section_text = page.partition(f"## From {name}\n")[2].partition("\n## ")[0]
        for section, call, resource, method in re.findall(
            r"^\| `(\w+)\.(\w+)\(.*?\)` \| `(\w+)\.(\w+)\(", section_text, re.MULTILINE
        ):
            assert callable(call_of(section, call)), f"{name} has no {section}.{call}"
            assert method in endpoints_of(vars(Paystack)[resource].client_class), f"there is no {resource}.{method}"
            compared += 1
    assert compared > 30


def test_every_method_that_the_migration_page_recommends_exists():
    page = (DOCS / "migrating_others.md").read_text()
    calls = re.findall(r"^\| .*\| `(?:paystack\.iterate\(paystack\.)?(\w+)\.(\w+)\(", page, re.MULTILINE)
    checked = {
        (resource, method) for resource, method in calls if resource not in {"client", "webhooks", "paystack_emulator"}
    }
    for resource, method in checked:
        assert method in endpoints_of(vars(Paystack)[resource].client_class), f"there is no {resource}.{method}"
    assert len(checked) >= 20


PAYSTACKEASE_2 = """
    APIConnectionError AccountType AsyncPayStackBase Bearer BulkChargeItem BulkChargeListObject Channels Currency
    DVABank DisputeStatus DocumentType EFT EventAction EventType GateWay Interval InvalidRequestMethodError MobileMoney
    PWT PayMentRequestStatus PayStackBase PayStackError PayStackServerError PayStackSignatureVerifyError PayStackWebhook
    QRCODE RecipientType ResendOTP Resolution RiskAction STATUS SecretKeyError SettlementSchedule SplitType
    TransactionStatus TypeValueError USSD convert_to_subunit
"""
"""The names in ``__all__`` of paystackease 2.3.7."""


@pytest.mark.parametrize("name", PAYSTACKEASE_2.split())
def test_a_name_of_version_2_can_be_imported_or_is_in_the_migration_table(name):
    section_text = (
        (DOCS / "migrating_others.md").read_text().partition("## From paystackease 2\n")[2].partition("\n## ")[0]
    )
    assert hasattr(paystackease, name) or re.search(rf"^\| .*\b{name}\b.* \|", section_text, re.MULTILINE)


def test_the_classes_of_version_2_that_applications_import_are_the_same_here():
    assert paystackease.APIConnectionError is errors.APIConnectionError
    assert paystackease.BulkChargeItem is apis.bulk_charges.BulkChargeItem
