"""Customers: https://paystack.com/docs/api/customer/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
    """Text: account numbers begin with zeros."""
    bank_code: str
    """As ``list_banks`` gives it. Text, for the same reason."""


class Address(TypedDict):
    """Where the holder of the account lives."""

    street: str
    city: str
    state: str


class Customers:
    """The endpoints of the Customers API."""

    # An e-mail that a customer has already answers with that customer, so a second time changes nothing. Paystack's
    # documentation does not say so; it is general knowledge (an assumption).
    @endpoint("POST", "/customer", retry_safety=RetrySafety.ALWAYS)
    def create_customer(
        self,
        email: EmailAddress,
        first_name: str,
        last_name: str,
        phone: str,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewCustomer]:
        """Create a customer. An e-mail that a customer has already answers with that customer.

        Paystack's page: https://paystack.com/docs/api/customer/#create

        :param email: The customer's e-mail address.
        :param first_name: The first name; may be empty.
        :param last_name: The last name; may be empty.
        :param phone: The phone number, as text: numbers begin with zeros. May be empty.
        :param metadata: Anything of yours to keep with the customer, as a dict.
        :returns: The customer; its ``customer_code`` is what other calls take.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    @endpoint("POST", "/customer/authorization/deactivate", retry_safety=RetrySafety.ALWAYS)
    def deactivate_authorization(self, authorization_code: Code) -> Response[None]:
        """Forget a saved card or account, so that it cannot be charged again.

        Paystack's page: https://paystack.com/docs/api/customer/#deactivate-authorization

        :param authorization_code: ``AUTH_…``, from the transaction that saved it.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such authorization.
        """
        ...

    @endpoint("GET", "/customer/{email_or_code}", identifiers={"email_or_code": ("id", "email", "customer_code")})
    def fetch_customer(self, email_or_code: Code) -> Response[FetchedCustomer]:
        """Fetch a customer, with the saved authorizations, the subscriptions and the transactions.

        Paystack's page: https://paystack.com/docs/api/customer/#fetch

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :returns: The customer.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such customer.
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
        """List customers, the newest first. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/customer/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only customers created at or after this date or moment. A date alone begins at 00:00 UTC; a
            moment without a time zone is UTC.
        :param to_date: Only customers created up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of customers, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
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
        """Change a customer. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/customer/#update

        :param customer_code: The customer's code, ``CUS_…``.
        :param first_name: The new first name.
        :param last_name: The new last name.
        :param phone: The new phone number, as text.
        :param metadata: What to keep with the customer, as a dict, instead of what is kept now.
        :returns: The customer as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such customer.
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
        """Have Paystack check who a customer is. The result comes later, as a webhook:
        ``customeridentification.success`` or ``customeridentification.failed``.

        Paystack's page: https://paystack.com/docs/api/customer/#validate

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :param first_name: The first name, as the bank knows it.
        :param last_name: The last name, as the bank knows it.
        :param account_type: The kind of identification, sent as ``type``. Paystack takes ``"bank_account"``.
        :param country: Two letters; Paystack does this in Nigeria, ``"NG"``.
        :param bank_code: The bank's code as text, from ``list_banks``.
        :param account_number: The number of the account, as text.
        :param bvn: The bank verification number, as text.
        :param customer_id_num: The number of another identification, sent as ``value``.
        :param middle_name: The middle name.
        :returns: An acknowledgement (HTTP 202) without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as an invalid BVN.
        """
        ...

    @endpoint("POST", "/customer/set_risk_action", retry_safety=RetrySafety.ALWAYS)
    def whitelist_blacklist_customer(
        self,
        email_or_code: Annotated[Code, WireName("customer")],
        risk_action: RiskActionValue | None = None,
    ) -> Response[Customer]:
        """Let every payment of a customer through, refuse every one, or go back to deciding each time.

        Paystack's page: https://paystack.com/docs/api/customer/#whitelist-blacklist

        :param email_or_code: The customer's e-mail address or code (``CUS_…``).
        :param risk_action: ``"allow"``, ``"deny"`` or ``"default"``, or a member of
            :class:`~paystackease.helpers.tool_kit.RiskAction`. Paystack's default
            is ``"default"``.
        :returns: The customer as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.PermissionDeniedError: Where the integration may not change this.
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
        """Ask a customer for permission to debit a bank account. The customer gives it at the ``redirect_url``.

        Paystack's page: https://paystack.com/docs/api/customer/#initialize-authorization

        :param email: The customer's e-mail address.
        :param channel: ``"direct_debit"``, the one that there is.
        :param callback_url: Where the customer goes afterwards.
        :param account: The account, ``{"number": …, "bank_code": …}``, both as text; else the customer is asked.
        :param address: The holder's address, ``{"street": …, "city": …, "state": …}``.
        :returns: Where to send the customer, and the ``reference`` that :meth:`verify_authorization` takes.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...

    @endpoint("GET", "/customer/authorization/verify/{reference}")
    def verify_authorization(self, reference: Code) -> Response[VerifiedAuthorization]:
        """See what became of a request for permission to debit an account.

        Paystack's page: https://paystack.com/docs/api/customer/#verify-authorization

        :param reference: The ``reference`` of :meth:`initialize_authorization`.
        :returns: The authorization; its ``authorization_code`` can be charged once it is ``active``.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is none, or the customer has not given it yet.
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
        :returns: Where to send the customer, and the ``reference`` that :meth:`verify_authorization` takes.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
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
        """Try again the small charge that activates a direct debit mandate. It moves money, and is never repeated.

        Paystack's page: https://paystack.com/docs/api/customer/#direct-debit-activation-charge

        :param customer_id: The customer's ``id``, a number.
        :param authorization_id: The mandate's ``authorization_id``, a number.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`fetch_mandate_authorizations` before you do it again: the mandate is ``"active"`` once the charge has
            gone through, and ``"pending"`` also while it is under way.
        """
        ...

    @endpoint("GET", "/customer/{id}/directdebit-mandate-authorizations", pages="cursor")
    def fetch_mandate_authorizations(
        self, customer_id: Annotated[Id, WireName("id")]
    ) -> Response[list[MandateAuthorization]]:
        """List the direct debit mandates of a customer.

        Paystack's page: https://paystack.com/docs/api/customer/#fetch-mandate-authorizations

        :param customer_id: The customer's ``id``, a number.
        :returns: The mandates. ``meta`` holds a cursor, though Paystack documents no parameter that takes it;
            ``client.iterate(...)`` sends it as ``cursor``, as for the mandates of all customers.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        """
        ...


class CustomerClientAPI(PayStackBaseClientAPI, Customers):
    """The Customers API: create and manage customers, their saved cards and their direct debit mandates."""
