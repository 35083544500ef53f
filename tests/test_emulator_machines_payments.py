"""However payments are begun, tried, repeated, broken off and waited for: the books balance and success is told once.

Hypothesis plays merchant, customer, bank and clock in whatever order it likes, through the public client.
"""

from collections import Counter

import emulator_payments
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from paystackease import Paystack, Request, Retry

AMOUNTS = st.integers(1, 2_000_000)
CARDS = st.sampled_from(
    [
        emulator_payments.SUCCESS_CARD,
        emulator_payments.PIN_CARD,
        emulator_payments.PIN_OTP_CARD,
        emulator_payments.PIN_PHONE_OTP_CARD,
        emulator_payments.BANK_PAGE_CARD,
        emulator_payments.DECLINED_CARD,
        emulator_payments.NO_TOKEN_CARD,
        ("4111111111111111", "123"),
    ]
)
HOW = st.one_of(
    CARDS.map(lambda saved_item: ("NGN", {"card": emulator_payments.card_details(*saved_item)})),
    st.sampled_from(
        [
            ("NGN", {"bank": {"code": "057", "account_number": "0000000000"}}),
            ("NGN", {"ussd": {"type": "737"}}),
            ("NGN", {"bank_transfer": {}}),
            ("GHS", {"mobile_money": {"provider": "mtn", "phone": "0551234987"}}),
            ("GHS", {"mobile_money": {"provider": "mtn", "phone": "055"}}),
            ("XOF", {"mobile_money": {"provider": "orange", "phone": "0700000000"}}),
            ("ZAR", {"eft": {"provider": "ozow"}}),
            ("ZAR", {"qr": {"provider": "scan-to-pay"}}),
            ("ZAR", {"capitec_pay": {"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}}),
        ]
    ),
)
ENTERED = st.sampled_from(
    [
        *(("pin", pin) for pin in ("1111", "1234", "0000", "9999")),
        *(("otp", otp) for otp in ("123456", "1234", "000000")),
        *(("phone", phone) for phone in ("08012345678", "080")),
        *(("birthday", birthday) for birthday in ("2007-04-15", "1990-01-01")),
    ]
)
EMAILS = st.sampled_from(["ada@example.com", "bola@example.com"])
ENDED = {"success": {"success", "reversed"}, "reversed": {"reversed"}}


class Payments(RuleBasedStateMachine):
    references = Bundle("references")
    saved = Bundle("saved")

    def __init__(self):
        super().__init__()
        self.emulator = emulator_payments.frozen_emulator()
        self.client = Paystack(transport=self.emulator, retry=Retry(max_attempts=1))
        self.seen = {}
        self.made = 0

    def teardown(self):
        self.client.close()
        self.emulator.close()

    def ask(self, method, path, **body):
        response = emulator_payments.response_of(self.client.send, Request(method, path, body=body))
        assert response.http.status in {200, 201, 400, 404}, response
        return response

    def reference(self):
        self.made += 1
        reference = f"order-{self.made}"
        self.seen[reference] = "abandoned"
        return reference

    @initialize(seconds=st.sampled_from([0, 60, 1_000]), timeout=st.sampled_from([0, 900]))
    def open_checkout(self, seconds, timeout):
        emulator_payments.change_settings(self.client, offline_seconds=seconds)
        self.client.integration.update_timeout(timeout)
        subaccount = self.client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data
        parts = [{"subaccount": subaccount["subaccount_code"], "share": 33}]
        group = self.client.transaction_splits.create_split("Thirds", "percentage", "NGN", parts).data
        self.shared = [{}, {"subaccount": subaccount["subaccount_code"]}, {"split_code": group["split_code"]}]

    # The merchant

    @rule(target=references, amount=AMOUNTS, email=EMAILS, share=st.integers(0, 2))
    def begins(self, amount, email, share):
        reference = self.reference()
        body = {"email": email, "amount": amount, "reference": reference, **self.shared[share]}
        self.ask("POST", "/transaction/initialize", **body)
        return reference

    @rule(target=references, amount=AMOUNTS, email=EMAILS, how=HOW, share=st.integers(0, 2))
    def charges(self, amount, email, how, share):
        reference, (currency, instrument) = self.reference(), how
        shared = self.shared[share] if currency == "NGN" else {}
        # Not `ask`: the response for Capitec Pay has no `status`, which only the method of the client accepts.
        given = {"currency": currency, "reference": reference, **instrument, **shared}
        if emulator_payments.create_charge(self.client, amount, email, **given).http.status != 200:
            del self.seen[reference]
            return multiple()
        return reference

    @rule(reference=references, how=HOW)
    def repeat_charge(self, reference, how):
        currency, instrument = how
        body = {"email": "ada@example.com", "amount": 1, "currency": currency, "reference": reference, **instrument}
        assert self.ask("POST", "/charge", **body).message == "Duplicate Transaction Reference"

    @rule(target=saved, reference=references)
    def fetch_authorization(self, reference):
        transaction = self.client.transactions.verify_transaction(reference).data
        code = transaction["authorization"].get("authorization_code")
        return multiple() if code is None else (code, transaction["customer"]["email"])

    @rule(target=references, saved_item=saved, amount=AMOUNTS, queue=st.booleans())
    def charge_saved_authorization(self, saved_item, amount, queue):
        reference, (code, email) = self.reference(), saved_item
        body = {"email": email, "amount": amount, "authorization_code": code, "reference": reference, "queue": queue}
        if self.ask("POST", "/transaction/charge_authorization", **body).http.status != 200:
            del self.seen[reference]
            return multiple()
        return reference

    @rule(target=references, saved_item=saved, amount=AMOUNTS, least=st.none() | AMOUNTS)
    def create_partial_debit(self, saved_item, amount, least):
        reference, (code, email) = self.reference(), saved_item
        body = {"email": email, "amount": amount, "authorization_code": code, "reference": reference, "currency": "NGN"}
        if self.ask("POST", "/transaction/partial_debit", at_least=least, **body).http.status != 200:
            del self.seen[reference]
            return multiple()
        return reference

    @rule(reference=references, amount=st.none() | AMOUNTS)
    def gives_back(self, reference, amount):
        self.ask("POST", "/refund", transaction=reference, amount=amount)

    # The customer and the bank

    @rule(reference=references, saved_item=CARDS)
    def pay_at_checkout(self, reference, saved_item):
        body = {"channel": "card", "card": emulator_payments.card_details(*saved_item)}
        self.ask("POST", f"/_emulator/checkout/{reference}/pay", **body)

    @rule(reference=references, channel=st.sampled_from(["ussd", "bank_transfer", "bank"]))
    def pay_at_checkout_by_other_channel(self, reference, channel):
        how = {"ussd": {"type": "737"}, "bank": {"code": "057", "account_number": "0000000000"}, "bank_transfer": {}}
        self.ask("POST", f"/_emulator/checkout/{reference}/pay", channel=channel, **{channel: how[channel]})

    @rule(reference=references, entered=ENTERED, page=st.booleans())
    def submit_step(self, reference, entered, page):
        name, value = entered
        if page:
            self.ask("POST", f"/_emulator/checkout/{reference}/enter", **{name: value})
        else:
            self.ask("POST", f"/charge/submit_{name}", reference=reference, **{name: value})

    @rule(reference=references, what=st.sampled_from(["complete", "fail"]))
    def act_outside_the_checkout(self, reference, what):
        self.ask("POST", f"/_emulator/charges/{reference}/{what}")

    @rule(reference=references, amount=AMOUNTS)
    def transfer_wrong_amount(self, reference, amount):
        self.ask("POST", f"/_emulator/charges/{reference}/complete", amount=amount)

    @rule(reference=references)
    def cancel_checkout(self, reference):
        self.ask("POST", f"/_emulator/checkout/{reference}/cancel")

    @rule(saved_item=consumes(saved), there=st.none() | AMOUNTS, declines=st.booleans(), confirms=st.booleans())
    def change_card_behavior(self, saved_item, there, declines, confirms):
        body = {"available": there, "declines": "Declined" if declines else None, "confirms": confirms}
        self.ask("POST", f"/_emulator/authorizations/{saved_item[0]}", **body)

    # The time

    @rule(seconds=st.sampled_from([1, 59, 180, 900, 9 * 3_600, 2 * 86_400]))
    def advance_clock(self, seconds):
        self.emulator.advance(seconds)

    # Invariants

    @invariant()
    def the_ledger_balances(self):
        assert emulator_payments.find_imbalances(self.emulator) == []
        balances = emulator_payments.account_balances(self.emulator)
        assert sum(balances.values()) == 0
        for account, currency in balances:
            if account.startswith("subaccount:") or account == "paystack":
                assert balances[account, currency] >= 0

    @invariant()
    def paid_transactions_stay_paid_with_one_event(self):
        # A request runs due jobs, so all requests come before the events are read.
        now = {reference: self.client.transactions.verify_transaction(reference).data for reference in self.seen}
        event_counts, amounts = (
            Counter(data["reference"] for data in emulator_payments.list_event_data(self.emulator)),
            Counter(),
        )
        for reference, shown in now.items():
            assert shown["status"] in ENDED.get(self.seen[reference], {shown["status"]})
            paid = shown["status"] in ENDED
            assert event_counts.pop(reference, 0) == paid
            assert (shown["paid_at"] is not None) == paid
            if paid:
                amounts[shown["currency"]] += shown["amount"]
                assert 0 <= shown["fees"] <= shown["amount"] <= shown["requested_amount"]
            self.seen[reference] = shown["status"]
        assert not event_counts
        sql = "select currency, sum(amount) from posting where reason = 'Payment' and amount > 0 group by currency"
        assert dict(self.emulator._services.store.execute(sql)) == dict(amounts)


Payments.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestPayments = Payments.TestCase
