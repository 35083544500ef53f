"""Responses and errors are typed, and an enum or its value is accepted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_type

from paystackease import (
    STATUS,
    Bearer,
    Currency,
    DisputeStatus,
    EventAction,
    EventType,
    Interval,
    Paystack,
    PaystackError,
    RecipientType,
    Request,
    ResendOTP,
    Resolution,
    Response,
    RiskAction,
    SplitType,
    TransactionStatus,
    TypeValueError,
    convert_to_subunit,
)
from paystackease.errors import APIConnectionError, APIStatusError, APITimeoutError, MalformedResponseError
from paystackease.response import ResponseInfo
from paystackease.types.envelope import Meta
from paystackease.types.plans import FetchedPlan, PlanDetails
from paystackease.types.transactions import (
    ChargedAuthorization,
    PausedCharge,
)


def read_responses(client: Paystack) -> None:
    response = client.plans.fetch_plan("PLN_x")
    assert_type(response, Response[FetchedPlan])
    assert_type(response.data, FetchedPlan)
    assert_type(response["data"], FetchedPlan)
    assert_type(response["data"]["amount"], int)
    assert_type(response.message, str)
    assert_type(response["message"], str)
    assert_type(response.meta, Meta)
    assert_type(response["meta"], Meta)
    assert_type(response["status"], object)
    assert_type(response.http, ResponseInfo)
    assert_type(response.http.status, int)
    assert_type(response.http.attempts, int)
    assert_type(response.http.headers, Mapping[str, str])
    assert_type(response.data.get("total_revenue"), int | None)
    assert_type(client.plans.update_plan(1).data, None)

    body: dict[str, object] = response  # it is the body
    wider: Response[PlanDetails] = response  # and covariant
    assert_type((body["status"], wider.data["plan_code"]), tuple[object, str])

    charged = client.transactions.charge_authorization("a@b.c", 5000, "AUTH_x").data
    assert_type(charged, ChargedAuthorization | PausedCharge)
    if "paused" in charged:
        assert_type(charged["authorization_url"], str)
    else:
        assert_type(charged["gateway_response"], str | None)


def pass_enums_or_values(client: Paystack) -> None:
    client.plans.create_plan("Gold", 5000, Interval.MONTHLY, Currency.NGN)
    client.plans.create_plan("Gold", 5000, "monthly", "NGN")
    client.customers.whitelist_blacklist_customer("CUS_x", RiskAction.DENY)
    client.customers.whitelist_blacklist_customer("CUS_x", "deny")
    client.disputes.list_disputes(status=DisputeStatus.PENDING)
    client.disputes.list_disputes(status="pending")
    client.disputes.resolve_dispute(1, Resolution.DECLINED, "Delivered", 0, "proof.pdf")
    client.terminal.send_event("t1", EventType.TRANSACTION, EventAction.PRINT, {"id": "1"})
    client.terminal.send_event("t1", "transaction", "print", {"id": "1"})
    client.transaction_splits.create_split("Us", SplitType.FLAT, Currency.NGN, [], Bearer.ALL)
    client.transaction_splits.create_split("Us", "flat", "NGN", [], "all-proportional")
    client.transactions.list_transactions(status=TransactionStatus.SUCCESS)
    client.transactions.initialize("a@b.c", convert_to_subunit(Decimal("100.50")), bearer="subaccount")
    client.transfer_control.resend_otp("TRF_x", ResendOTP.TRANSFER)
    client.transfer_recipients.create_transfer_recipients(RecipientType.NUBAN, "Ada")
    client.bulk_charges.fetch_charge_bulk_batch(1, "pending")
    client.bulk_charges.fetch_charge_bulk_batch(1, STATUS.PENDING)


def catch_errors(client: Paystack) -> None:
    try:
        client.plans.fetch_plan(1)
    except APITimeoutError as error:
        assert_type(error.may_have_arrived, bool)
    except APIConnectionError as error:
        assert_type(error.may_have_arrived, bool)
        assert_type(error.request, Request[object])
    except APIStatusError as error:
        assert_type(error.response, Response[object])
        assert_type(error.response.data, object)
        assert_type(error.response.http.status, int)
        assert_type(error.response.message, str)
        assert_type(error.content, bytes)
        assert_type(error.code, str | None)
        assert_type(error.type, str | None)
        assert_type(error.next_step, str | None)
    except MalformedResponseError as error:
        assert_type(error.http, ResponseInfo)
        assert_type(error.content, bytes)
    except TypeValueError as error:
        value_error: ValueError = error
        assert_type(str(value_error), str)
    except PaystackError as error:
        assert_type(error.message, str)
        assert_type(error.status_code, int | None)
