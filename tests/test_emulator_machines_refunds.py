"""However payments are refunded, retried, disputed and settled: nothing is given back twice, and every event is in its
place.

Hypothesis plays merchant, customers, their banks and the clock in whatever order it likes, through the public client.
"""

import emulator_payments
from card_payments import ORDINARY_CARD, REFUND_FAILS_CARD, REFUND_NEEDS_ATTENTION_CARD, account_balance, pay_by_card
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, precondition, rule

from paystackease import Paystack, Request, Retry

# Few amounts and payments, so that requested amounts often equal the remaining one or exceed it slightly.
AMOUNTS = st.sampled_from([1, 10, 30, 40])
MOST = 3
LIFE = {
    "pending": {"processing"},
    "processing": {"processed", "failed", "needs-attention"},
    "needs-attention": {"processing"},
    "processed": set(),
    "failed": set(),
}
TAKEN = {"processing", "needs-attention", "processed"}
"""The statuses in which the amount is debited from the merchant."""


def possible_states(statuses):
    """Where refunds that cannot be told apart may be, after events with these statuses in this order.

    :return: Each possibility, the statuses sorted; none where no refunds can have had such a life.
    """
    possible = {()}
    for status in statuses:
        after = set()
        for refunds in possible:
            if status == "pending":
                after.add(tuple(sorted((*refunds, status))))
            for place, before in enumerate(refunds):
                if status in LIFE[before]:
                    after.add(tuple(sorted((*refunds[:place], status, *refunds[place + 1 :]))))
        possible = after
    return possible


def test_an_impossible_sequence_of_statuses_leads_to_no_state():
    assert possible_states(["pending", "processing", "processed"]) == {("processed",)}
    assert possible_states(["pending", "pending", "processing", "failed"]) == {("failed", "pending")}
    assert possible_states(["processing", "pending"]) == set()
    assert possible_states(["pending", "processed"]) == set()
    assert possible_states(["pending", "processing", "processed", "processed"]) == set()


class Refunds(RuleBasedStateMachine):
    paid = Bundle("paid")
    disputes = Bundle("disputes")

    def __init__(self):
        super().__init__()
        self.emulator = emulator_payments.frozen_emulator()
        self.client = Paystack(transport=self.emulator, retry=Retry(max_attempts=1))
        self.payments = {}

    def teardown(self):
        self.client.close()
        self.emulator.close()

    def ask(self, method, path, **body):
        """Send a request and return the response, also of an error."""
        response = emulator_payments.response_of(self.client.send, Request(method, path, body=body))
        assert response.http.status in {200, 400, 404, 422}, response
        return response

    def refunds(self, tx):
        return self.client.refund.list_refunds(transaction=tx, per_page=1_000)

    # The customers and their banks

    @precondition(lambda self: len(self.payments) < MOST)
    @rule(
        target=paid,
        amount=AMOUNTS,
        card=st.sampled_from([ORDINARY_CARD, REFUND_FAILS_CARD, REFUND_NEEDS_ATTENTION_CARD]),
    )
    def pay(self, amount, card):
        tx = pay_by_card(self.client, amount, card=card)
        self.payments[tx["id"]] = tx
        return tx["id"]

    @rule(target=disputes, tx=paid, amount=st.none() | AMOUNTS)
    def open_dispute(self, tx, amount):
        response = self.ask("POST", "/_emulator/disputes", transaction=tx, refund_amount=amount)
        return response.data["id"] if response.http.status == 200 else multiple()

    @rule(dispute=disputes)
    def resolve_for_the_customer(self, dispute):
        self.ask("POST", f"/_emulator/disputes/{dispute}/lose")

    # The merchant

    @rule(tx=paid, amount=st.none() | AMOUNTS)
    def create_refund(self, tx, amount):
        left = self.refunds(tx).meta["partialAmountLeft"]
        response = self.ask("POST", "/refund", transaction=tx, amount=amount)
        fits = left > 0 and (amount is None or amount <= left)
        assert (response.http.status == 200) == fits
        if fits:
            assert response.data["amount"] == (left if amount is None else amount)
            assert self.refunds(tx).meta["partialAmountLeft"] == left - response.data["amount"]

    @rule(tx=paid, more=st.sampled_from([1, 10]))
    def create_excessive_refund(self, tx, more):
        before = self.refunds(tx)
        response = self.ask("POST", "/refund", transaction=tx, amount=before.meta["partialAmountLeft"] + more)
        assert response.http.status == 400
        assert self.refunds(tx) == before

    @rule(tx=paid, account=st.sampled_from(["0123456789", "1012204935", "1012204936"]))
    def retry_refund(self, tx, account):
        data = self.refunds(tx).data
        assume(data)
        details = {"currency": "NGN", "account_number": account, "bank_id": "9"}
        for item in data:
            again = self.ask(
                "POST", f"/refund/retry_with_customer_details/{item['id']}", refund_account_details=details
            )
            assert (again.http.status == 200) == (item["status"] == "needs-attention")

    @rule(dispute=disputes, amount=AMOUNTS)
    def accept_dispute(self, dispute, amount):
        self.ask("PUT", f"/dispute/{dispute}", refund_amount=amount)

    @rule(dispute=consumes(disputes), amount=AMOUNTS, resolution=st.sampled_from(["merchant-accepted", "declined"]))
    def answers(self, dispute, amount, resolution):
        body = {"resolution": resolution, "message": "Because", "uploaded_filename": "receipt.pdf"}
        self.ask("PUT", f"/dispute/{dispute}/resolve", refund_amount=amount, **body)

    # The time

    @rule(seconds=st.sampled_from([1, 5, 60, 3_600, 86_400, 4 * 86_400]))
    def advance_clock(self, seconds):
        self.emulator.advance(seconds)

    # Invariants

    @invariant()
    def the_ledger_balances(self):
        assert emulator_payments.find_imbalances(self.emulator) == []
        assert sum(emulator_payments.account_balances(self.emulator).values()) == 0

    @invariant()
    def refunds_do_not_exceed_the_payment(self):
        for number, tx in self.payments.items():
            refunds = self.refunds(number).data
            unfailed = [refund for refund in refunds if refund["status"] != "failed"]
            assert sum(item["amount"] for item in unfailed) <= tx["amount"]
            processed_amount = sum(item["amount"] for item in unfailed if item["status"] == "processed")
            status = self.client.transactions.verify_transaction(tx["reference"]).data["status"]
            assert status == ("reversed" if processed_amount == tx["amount"] else "success")

    @invariant()
    def refunded_amounts_are_in_transit_or_paid_out(self):
        refunds = self.client.refund.list_refunds(per_page=1_000).data
        under_way = sum(refund["amount"] for refund in refunds if refund["status"] in TAKEN - {"processed"})
        reserved_amount = sum(refund["amount"] for refund in refunds if refund["status"] in TAKEN)
        assert account_balance(self.emulator, "refunds") == under_way
        earned = sum(tx["amount"] - tx["fees"] for tx in self.payments.values())
        assert (
            account_balance(self.emulator, "unsettled") + account_balance(self.emulator, "bank")
            == earned - reserved_amount
        )

    @invariant()
    def events_follow_the_lifecycle(self):
        events = [event.data for event in self.emulator.events() if event.name.startswith("refund.")]
        for number, tx in self.payments.items():
            refunds = self.refunds(number).data
            for amount in {refund["amount"] for refund in refunds}:
                about = (tx["reference"], amount)
                statuses_sent = [
                    data["status"] for data in events if (data["transaction_reference"], int(data["amount"])) == about
                ]
                are = tuple(sorted(refund["status"] for refund in refunds if refund["amount"] == amount))
                assert are in possible_states(statuses_sent), (statuses_sent, are)
        assert len(events) >= sum(len(self.refunds(number).data) for number in self.payments)


TestRefunds = Refunds.TestCase
TestRefunds.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
