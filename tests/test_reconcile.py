"""Reconciliation finds every difference and reports nothing else."""

import csv
import datetime as dt
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Emulator, Paystack, errors
from paystackease.cli.app import run
from paystackease.data import reconcile_report
from paystackease.data.mirror import Mirror
from paystackease.data.reconcile import (
    FINDING_DESCRIPTIONS,
    Finding,
    Order,
    Payment,
    Report,
    Settlement,
    compare_orders,
    read_orders,
    read_payments,
    read_settlements,
)
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import Sandbox


def make_order(reference, amount=1_000, currency="NGN"):
    return Order(reference, amount, currency)


def make_payment(number, reference, amount=1_000, currency="NGN", **more):
    return Payment(number, reference, amount, currency, "2026-10-05T10:00:00.000Z", **more)


def list_findings(*arguments):
    return [(finding.type, finding.reference) for finding in compare_orders(*arguments).findings]


def test_matching_orders_and_payments_give_no_finding():
    report = compare_orders(
        [make_order("A"), make_order("B", 2_000)], [make_payment(1, "A", fees=15), make_payment(2, "B", 2_000, fees=30)]
    )
    assert report.is_clean
    total = report.totals["NGN"]
    assert (total.orders, total.ordered, total.payments, total.paid, total.fees) == (2, 3_000, 2, 3_000, 45)


@pytest.mark.parametrize(
    ("orders", "payments", "finding_type"),
    [
        ([make_order("A")], [], "order not paid"),
        ([], [make_payment(1, "A")], "paid without an order"),
        ([make_order("A")], [make_payment(1, "A", 999)], "wrong amount"),
        ([make_order("A")], [make_payment(1, "A", currency="GHS")], "wrong currency"),
        ([make_order("A")], [make_payment(1, "A"), make_payment(2, "A")], "paid twice"),
        ([make_order("A")], [make_payment(1, "A", refunded=1)], "refunded"),
        ([make_order("A"), make_order("A")], [make_payment(1, "A")], "order twice"),
    ],
)
def test_each_kind_of_difference_is_found(orders, payments, finding_type):
    assert list_findings(orders, payments) == [(finding_type, "A")]
    assert finding_type in FINDING_DESCRIPTIONS


def test_currencies_are_never_added():
    report = compare_orders(
        [make_order("A"), make_order("B", 5, "GHS")], [make_payment(1, "A"), make_payment(2, "B", 5, "GHS")]
    )
    assert {name: total.paid for name, total in report.totals.items()} == {"NGN": 1_000, "GHS": 5}


def test_settled_amounts_are_reported_per_settlement():
    settlements = [Settlement(7, "success", "NGN", "2026-10-06", 1_970), Settlement(8, "pending", "NGN", None, 0)]
    report = compare_orders(
        [make_order("A"), make_order("B"), make_order("C")],
        [
            make_payment(1, "A", fees=15, settlement=7),
            make_payment(2, "B", fees=15, settlement=7),
            make_payment(3, "C", settlement=8),
        ],
        settlements,
    )
    assert report.is_clean
    assert (report.totals["NGN"].settled, report.totals["NGN"].not_settled) == (2_000, 1_000)
    settled, pending = report.settlements
    assert (pending.settlement.status, pending.paid) == ("pending", 1_000)
    assert (settled.settlement.id, settled.payments, settled.paid, settled.fees) == (7, 2, 2_000, 30)


@given(st.integers(0, 2**32), st.data())
def test_each_planted_difference_of_many_orders_is_found_and_nothing_else(seed, data):
    generator = random.Random(seed)
    size = data.draw(st.sampled_from([50, 300]))
    check_findings(*make_orders(size, generator, share=0.2))


def test_each_planted_difference_of_ten_thousand_orders_is_found_and_nothing_else():
    check_findings(*make_orders(10_000, random.Random(7), share=0.02))


def make_orders(size, generator, share):
    """Return orders and payments with planted differences, and the expected findings.

    :param share: The share of orders with a difference.
    """
    orders, payments, expected = [], [], set()
    for number in range(size):
        reference = f"O{number:06}"
        amount = generator.randrange(100, 1_000_000)
        order, payment = (
            make_order(reference, amount),
            make_payment(number, reference, amount, fees=generator.randrange(100)),
        )
        orders.append(order)
        if generator.random() >= share:
            payments.append(payment)
            continue
        finding_type = generator.choice(list(FINDING_DESCRIPTIONS))
        expected.add((finding_type, reference))
        match finding_type:
            case "order not paid":
                continue
            case "paid without an order":
                orders.pop()
                payments.append(payment)
            case "wrong amount":
                payments.append(make_payment(number, reference, amount + generator.choice([-1, 1, 100])))
            case "wrong currency":
                payments.append(make_payment(number, reference, amount, "GHS"))
            case "paid twice":
                payments += [payment, make_payment(size + number, reference, amount)]
            case "refunded":
                payments.append(make_payment(number, reference, amount, refunded=generator.randrange(1, amount)))
            case "order twice":
                orders.append(order)
                payments.append(payment)
    generator.shuffle(orders)
    generator.shuffle(payments)
    return orders, payments, expected


def check_findings(orders, payments, expected):
    assert expected
    findings = list_findings(orders, payments)
    assert len(findings) == len(set(findings))
    assert set(findings) == expected


# Files


def write_csv(path, rows, names=("order_ref", "amount", "currency")):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)
    return path


def test_orders_are_read_in_subunits_or_in_the_main_unit(tmp_path):
    file = write_csv(tmp_path / "orders.csv", [("A", "100050", "ngn"), (" B ", "7", "GHS")])
    columns = {"reference": "order_ref", "amount": "amount"}
    assert list(read_orders(file, **columns, currency="currency", major=False)) == [
        make_order("A", 100_050),
        make_order("B", 7, "GHS"),
    ]
    file = write_csv(tmp_path / "orders.csv", [("A", "1,000.50")], ("order_ref", "amount"))
    assert list(read_orders(file, **columns, currency="NGN", major=True)) == [make_order("A", 100_050)]


@pytest.mark.parametrize(
    ("amount", "major"), [("ten", False), ("10.5", False), ("0.001", True), ("-1", False), ("", True)]
)
def test_an_invalid_amount_is_rejected_with_its_line(tmp_path, amount, major):
    file = write_csv(tmp_path / "orders.csv", [("A", "1", "NGN"), ("B", amount, "NGN")])
    with pytest.raises(errors.InvalidArgumentError, match=r"orders\.csv, line 3"):
        list(read_orders(file, reference="order_ref", amount="amount", currency="currency", major=major))
    with pytest.raises(errors.InvalidArgumentError, match="no column 'sum'"):
        list(read_orders(file, reference="order_ref", amount="sum", currency="NGN", major=False))


def test_a_report_is_written_as_html_csv_and_json(tmp_path):
    report = compare_orders(
        [make_order("<script>alert(1)</script>"), make_order("B")],
        [make_payment(1, "B", 999, fees=15, settlement=7)],
        [Settlement(7, "success", "NGN", "2026-10-06T00:00:00.000Z", 984)],
    )
    for extension in "html", "csv", "json":
        reconcile_report.write_report(report, tmp_path / f"report.{extension}", "October")
    page = (tmp_path / "report.html").read_text()
    assert "&lt;script&gt;alert" in page
    assert "<script" not in page
    assert "9.99" in page
    assert "http" not in page
    with (tmp_path / "report.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["what"], row["paid"]) for row in rows] == [("order not paid", ""), ("wrong amount", "999")]
    report_json = json.loads((tmp_path / "report.json").read_text())
    assert (report_json["agrees"], report_json["counts"]) == (False, {"order not paid": 1, "wrong amount": 1})
    assert report_json["settlements"][0]["paid"] == 999
    with pytest.raises(errors.InvalidArgumentError, match="unsupported file extension"):
        reconcile_report.writer_for(tmp_path / "report.pdf")
    assert Report().is_clean
    assert not Report([Finding("refunded", "A", "NGN")]).is_clean


# With Paystack


@pytest.fixture
def emulator():
    with Emulator(clock=Clock(frozen_at=parse_time("2026-10-05T10:00:00"))) as emulator:
        yield emulator


@pytest.fixture
def shop_client(emulator):
    """A client of an account with some payments."""
    sandbox, client = Sandbox(emulator, emulator.secret_key), Paystack(transport=emulator)

    def pay(reference, amount, **more):
        sandbox.pay(
            client.transactions.initialize("ada@example.com", amount, reference=reference, **more).data["reference"]
        )

    pay("A", 10_000)
    pay("B", 20_000)
    pay("C", 30_000)
    pay("D", 40_000)
    client.transactions.initialize("ada@example.com", 50_000, reference="E")
    client.refund.create_refund("C", 5_000)
    emulator.advance(3 * 86_400)
    pay("F", 60_000, metadata={"order_id": "order-6"})
    return client


ROWS = [("A", 10_000, "NGN"), ("B", 19_999, "NGN"), ("C", 30_000, "NGN"), ("E", 50_000, "NGN")]


def test_a_mirror_is_reconciled(emulator, shop_client, tmp_path):
    with Mirror(f"sqlite:///{tmp_path}/mirror.db") as mirror:
        mirror.sync(shop_client, now=dt.datetime.fromtimestamp(emulator.clock.now(), dt.UTC))
        report = compare_orders([Order(*row) for row in ROWS], read_payments(mirror), read_settlements(mirror))
        assert [(item.type, item.reference, item.paid, item.refunded) for item in report.findings] == [
            ("order not paid", "E", None, None),
            ("paid without an order", "D", 40_000, None),
            ("paid without an order", "F", 60_000, None),
            ("wrong amount", "B", 20_000, None),
            ("refunded", "C", 30_000, 5_000),
        ]
        total = report.totals["NGN"]
        assert (total.payments, total.paid, total.settled, total.not_settled) == (5, 160_000, 100_000, 60_000)
        paid_out = [settlement.paid for settlement in report.settlements if settlement.settlement.status == "success"]
        assert sum(paid_out) == 100_000
        assert {item.reference for item in read_payments(mirror, match="metadata.order_id")} >= {"order-6", "A"}
        assert [item.reference for item in read_payments(mirror, since=dt.date(2026, 10, 6))] == ["F"]
        assert len(list(read_payments(mirror, until=dt.date(2026, 10, 5)))) == 4


def test_without_a_mirror_payments_are_read_from_paystack(emulator, shop_client, tmp_path, monkeypatch, capfdbinary):
    orders = write_csv(tmp_path / "orders.csv", ROWS)
    command = [
        "reconcile",
        "--orders",
        str(orders),
        "--reference",
        "order_ref",
        "--amount",
        "amount",
        "--currency",
        "currency",
    ]
    with run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", emulator.secret_key)
        assert run([*command, "--report", str(tmp_path / "report.json")]) == 5
        output = capfdbinary.readouterr().out.decode()
        lines = [" ".join(line.split()) for line in output.splitlines()]
        assert "paid without an order 2 There is a payment, but no order for it." in lines
        assert "payments 5 1,600.00" in lines
        heading = lines.index("paid without an order 2 There is a payment, but no order for it.")
        assert [line.split(" paid NGN ")[0] for line in lines[heading + 1 : heading + 3]] == ["D", "F"]
        assert json.loads((tmp_path / "report.json").read_text())["counts"]["refunded"] == 1
        write_csv(orders, [("A", 10_000, "NGN"), ("B", 20_000, "NGN")])
        assert run([*command, "--report", str(tmp_path / "report.pdf")]) == 2
        matching_orders = write_csv(tmp_path / "good.csv", [(row[0], row[1], "NGN") for row in [("D", 40_000)]])
        command[2] = str(matching_orders)
        assert run([*command, "--from", "2026-10-05", "--to", "2026-10-05"]) == 5
