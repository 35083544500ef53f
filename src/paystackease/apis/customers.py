"""Customers: https://paystack.com/docs/api/customer/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
    EmailAddress,
    FromDate,
    Id,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import RiskActionValue
from paystackease.response import Response
from paystackease.types.customers import (
    AuthorizationRequest,
    Customer,
    FetchedCustomer,
    MandateAuthorization,
    NewCustomer,
    UpdatedCustomer,
    VerifiedAuthorization,
)


class BankAccount(TypedDict):
    """A bank account that is to be debited."""

    number: str
    """Text, because account numbers may begin with zeros."""
    bank_code: str
    """From ``list_banks``. Text, for the same reason."""


class Address(TypedDict):
    """The address of the account's holder."""

    street: str
    city: str
    state: str


class Customers:
    """The endpoints of the Customers API."""

    # For an e-mail address that exists, Paystack returns its customer, so a retry changes nothing. Paystack does not
    # document this; it is general knowledge (an assumption).
    @endpoint("POST", "/customer", retry_safety=RetrySafety.ALWAYS)
    def create_customer(
        self,
        email: EmailAddress,
        first_name: str,
        last_name: str,
        phone: str,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewCustomer]:
        """Create a customer. If a customer with this e-mail address exists, that customer is returned.

        Paystack's page: https://paystack.com/docs/api/customer/#create

        :param email: The customer's e-mail address.
        :param first_name: The first name; may be empty.
        :param last_name: The last name; may be empty.
        :param phone: The phone number, as text, because numbers may begin with zeros. May be empty.
        :param metadata: Your own data to store with the customer, as a dict.
        :returns: The customer; its ``customer_code`` identifies it in other calls.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("POST", "/customer/authorization/deactivate", retry_safety=RetrySafety.ALWAYS)
    def deactivate_authorization(self, authorization_code: Code) -> Response[None]:
        """Deactivate a saved card or account, so that it cannot be charged again.

        Paystack's page: https://paystack.com/docs/api/customer/#deactivate-authorization

        :param authorization_code: ``AUTH_…``, from the transaction that saved it.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such authorization.
        """
        ...

    @endpoint("GET", "/customer/{email_or_code}", identifiers={"email_or_code": ("id", "email", "customer_code")})
    def fetch_customer(self, email_or_code: Code) -> Response[FetchedCustomer]:
        """Fetch a customer, with the saved authorizations, the subscriptions and the transactions.

        Paystack's page: https://paystack.com/docs/api/customer/#fetch

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :returns: The customer.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such customer.
        """
        ...

    @endpoint("GET", "/customer", pages="both", rules=(validate_date_order,))
    def list_customers(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[Customer]]:
        """List customers, newest first.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/customer/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only customers created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only customers created up to this date (23:59:59.999 UTC) or datetime.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of customers. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("PUT", "/customer/{code}")
    def update_customer(
        self,
        customer_code: Annotated[Code, WireName("code")],
        first_name: str | None = None,
        last_name: str | None = None,
        phone: str | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[UpdatedCustomer]:
        """Change a customer. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/customer/#update

        :param customer_code: The customer's code, ``CUS_…``.
        :param first_name: The new first name.
        :param last_name: The new last name.
        :param phone: The new phone number, as text.
        :param metadata: The new data of yours to store with the customer, as a dict.
        :returns: The updated customer.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such customer.
        """
        ...

    @endpoint("POST", "/customer/{code}/identification", verify_path="/customer/{code}")
    def validate_customer(
        self,
        email_or_code: Annotated[Code, WireName("code")],
        first_name: Code,
        last_name: Code,
        account_type: Annotated[Code, WireName("type")],
        country: Code,
        bank_code: Code,
        account_number: Code,
        bvn: Code,
        customer_id_num: Annotated[str | None, WireName("value")] = None,
        middle_name: str | None = None,
    ) -> Response[None]:
        """Start a check of a customer's identity. A webhook reports the result: ``customeridentification.success`` or
        ``customeridentification.failed``.

        Paystack's page: https://paystack.com/docs/api/customer/#validate

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :param first_name: The first name, as at the bank.
        :param last_name: The last name, as at the bank.
        :param account_type: The type of identification, sent as ``type``. Paystack accepts ``"bank_account"``.
        :param country: The two-letter country code. Paystack supports Nigeria, ``"NG"``.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :param account_number: The number of the account, as text.
        :param bvn: The bank verification number, as text.
        :param customer_id_num: The number of another document, sent as ``value``.
        :param middle_name: The middle name.
        :returns: An acknowledgement (HTTP 202) without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as an invalid BVN.
        """
        ...

    @endpoint("POST", "/customer/set_risk_action", retry_safety=RetrySafety.ALWAYS)
    def whitelist_blacklist_customer(
        self,
        email_or_code: Annotated[Code, WireName("customer")],
        risk_action: RiskActionValue | None = None,
    ) -> Response[Customer]:
        """Allow all payments of a customer, deny all, or restore Paystack's default checks.

        Paystack's page: https://paystack.com/docs/api/customer/#whitelist-blacklist

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :param risk_action: ``"allow"``, ``"deny"`` or ``"default"``, or a member of
            :class:`~paystackease.helpers.tool_kit.RiskAction`. Paystack's default is ``"default"``.
        :returns: The updated customer.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.PermissionDeniedError: If the integration may not change this.
        """
        ...

    @endpoint("POST", "/customer/authorization/initialize", data_keys=("access_code", "reference"))
    def initialize_authorization(
        self,
        email: EmailAddress,
        channel: Literal["direct_debit"] = "direct_debit",
        callback_url: str | None = None,
        account: BankAccount | None = None,
        address: Address | None = None,
    ) -> Response[AuthorizationRequest]:
        """Request a customer's permission to debit a bank account. The customer gives it at the ``redirect_url``.

        Paystack's page: https://paystack.com/docs/api/customer/#initialize-authorization

        :param email: The customer's e-mail address.
        :param channel: ``"direct_debit"``, the only value.
        :param callback_url: The URL to redirect the customer to afterwards.
        :param account: The account, ``{"number": …, "bank_code": …}``, both as text. If omitted, the customer enters
            it.
        :param address: The holder's address, ``{"street": …, "city": …, "state": …}``.
        :returns: The URL to redirect the customer to, and the ``reference`` for :meth:`verify_authorization`.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("GET", "/customer/authorization/verify/{reference}")
    def verify_authorization(self, reference: Code) -> Response[VerifiedAuthorization]:
        """Fetch the outcome of a request for permission to debit an account.

        Paystack's page: https://paystack.com/docs/api/customer/#verify-authorization

        :param reference: The ``reference`` of :meth:`initialize_authorization`.
        :returns: The authorization; its ``authorization_code`` can be charged once it is ``active``.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If it does not exist, or if the customer has not given it yet.
        """
        ...

    @endpoint("POST", "/customer/{id}/initialize-direct-debit", data_keys=("access_code", "reference"))
    def initialize_direct_debit(
        self,
        customer_id: Annotated[Id, WireName("id")],
        account: BankAccount,
        address: Address,
    ) -> Response[AuthorizationRequest]:
        """Link a customer's bank account for direct debits. The customer confirms it at the ``redirect_url``.

        Paystack's page: https://paystack.com/docs/api/customer/#initialize-direct-debit

        :param customer_id: The customer's ``id``, a number.
        :param account: The account, ``{"number": …, "bank_code": …}``, both as text.
        :param address: The holder's address, ``{"street": …, "city": …, "state": …}``.
        :returns: The URL to redirect the customer to, and the ``reference`` for :meth:`verify_authorization`.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint(
        "PUT",
        "/customer/{id}/directdebit-activation-charge",
        moves_money=True,
        verify_path="/customer/{id}/directdebit-mandate-authorizations",
    )
    def direct_debit_activation_charge(
        self, customer_id: Annotated[Id, WireName("id")], authorization_id: Id
    ) -> Response[None]:
        """Repeat the small charge that activates a direct debit mandate. It moves money, and is never retried.

        Paystack's page: https://paystack.com/docs/api/customer/#direct-debit-activation-charge

        :param customer_id: The customer's ``id``, a number.
        :param authorization_id: The mandate's ``authorization_id``, a number.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`fetch_mandate_authorizations` before you retry: the mandate is ``"active"`` after the charge
            succeeded, and ``"pending"`` before that, also while the charge is in progress.
        """
        ...

    @endpoint("GET", "/customer/{id}/directdebit-mandate-authorizations", pages="cursor")
    def fetch_mandate_authorizations(
        self, customer_id: Annotated[Id, WireName("id")]
    ) -> Response[list[MandateAuthorization]]:
        """List the direct debit mandates of a customer.

        Paystack's page: https://paystack.com/docs/api/customer/#fetch-mandate-authorizations

        :param customer_id: The customer's ``id``, a number.
        :returns: The mandates. ``meta`` holds a cursor, but Paystack documents no parameter for it.
            ``client.iterate(...)`` sends it as ``cursor``, as for the mandates of all customers.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        """
        ...


class CustomerClientAPI(PayStackBaseClientAPI, Customers):
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
