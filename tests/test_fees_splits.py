"""split_preview: who gets what, all of it, and what the emulator does."""

from decimal import Decimal

import paying
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Bearer, SplitType, fees
from paystackease.errors import InvalidArgumentError


@pytest.mark.parametrize(
    ("bearer", "parts"),
    [
        ("account", [1_500, 28_500, 50_000, 20_000]),
        ("all", [1_500, 29_500, 49_500, 19_500]),
        ("all-proportional", [1_500, 29_550, 49_250, 19_700]),
        ("subaccount", [1_500, 30_000, 50_000, 18_500]),
    ],
)
def test_each_bearer_pays_its_part_of_the_fee(bearer, parts):
    preview = fees.split_preview(
        100_000, "NGN", {"ACCT_a": 50, "ACCT_b": 20}, bearer=bearer, bearer_subaccount="ACCT_b"
    )
    assert [preview.paystack, preview.integration, *preview.subaccounts.values()] == parts
    assert preview.total == 100_000
    assert list(preview.subaccounts) == ["ACCT_a", "ACCT_b"]


def test_the_split_of_a_published_sample_is_computed():
    preview = fees.split_preview(10_000, "NGN", {"ACCT_a": 20}, rates=fees.Rate(basis_points=140))
    assert preview == fees.SplitPreview(140, 7_860, {"ACCT_a": 2_000})
    assert fees.split_preview(10_000, "NGN", {"ACCT_a": 20}, fees=140) == preview


@pytest.mark.parametrize("share", ["33.3", Decimal("33.3"), "33.30"])
def test_a_percentage_is_rounded_down_and_the_main_account_has_the_rest(share):
    preview = fees.split_preview(101, "NGN", {"ACCT_a": share}, fees=0)
    assert (preview.integration, preview.subaccounts) == (68, {"ACCT_a": 33})


def test_nobody_gets_what_is_not_there():
    preview = fees.split_preview(80_000, "NGN", {"ACCT_a": 60_000, "ACCT_b": 50_000}, split_type="flat", fees=0)
    assert (preview.integration, preview.subaccounts) == (0, {"ACCT_a": 60_000, "ACCT_b": 20_000})


def test_enums_and_a_single_subaccount_that_bears_need_no_more():
    preview = fees.split_preview(
        100_000, "NGN", {"ACCT_a": 70}, split_type=SplitType.PERCENTAGE, bearer=Bearer.SUB_ACCOUNT
    )
    assert preview == fees.SplitPreview(1_500, 30_000, {"ACCT_a": 68_500})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"shares": {}}, "a subaccount at least"),
        ({"shares": [("ACCT_a", 5)]}, "a subaccount at least"),
        ({"shares": {"ACCT_a": 12.5}}, "not a float"),
        ({"shares": {"ACCT_a": True}}, "a percentage must be an int"),
        ({"shares": {"ACCT_a": "many"}}, "from 0 to 100"),
        ({"shares": {"ACCT_a": "NaN"}}, "from 0 to 100"),
        ({"shares": {"ACCT_a": -1}}, "from 0 to 100"),
        ({"shares": {"ACCT_a": 60, "ACCT_b": "40.01"}}, "100 percent at most"),
        ({"shares": {"ACCT_a": 5.0}, "split_type": "flat"}, "a flat share must be an int"),
        ({"shares": {"ACCT_a": "5"}, "split_type": "flat"}, "a flat share must be an int"),
        ({"shares": {"ACCT_a": -5}, "split_type": "flat"}, "0 or more"),
        ({"split_type": "half"}, "percentage, flat"),
        ({"bearer": "nobody"}, "subaccount, account, all-proportional, all"),
        ({"bearer": "subaccount", "bearer_subaccount": "ACCT_c"}, "one of the subaccounts"),
        ({"bearer": "subaccount", "shares": {"ACCT_a": 5, "ACCT_b": 5}}, "one of the subaccounts"),
        ({"amount": 1_000.0}, "not float"),
        ({"fees": 1.0}, "fees must be an int"),
        ({"fees": 1_001}, "the amount at most"),
        ({"currency": "EUR"}, "no rate is known"),
    ],
)
def test_a_split_that_cannot_be_is_refused(more, said):
    given_ = {"amount": 1_000, "currency": "NGN", "shares": {"ACCT_a": 5}, **more}
    with pytest.raises(InvalidArgumentError, match=said):
        fees.split_preview(**given_)


@given(
    amount=st.integers(0, 10**12),
    parts=st.lists(st.integers(0, 50), min_size=1, max_size=5),
    bearer=st.sampled_from(fees.BEARERS),
    split_type=st.sampled_from(fees.SPLIT_TYPES),
    charged=st.none() | st.integers(0, 10**7),
)
def test_all_of_it_adds_up_and_nobody_owes(amount, parts, bearer, split_type, charged):
    if split_type == "percentage":
        parts = [part * 2 // len(parts) for part in parts]
    shares = {f"ACCT_{place}": part * 10**4 if split_type == "flat" else part for place, part in enumerate(parts)}
    preview = fees.split_preview(
        amount,
        "NGN",
        shares,
        split_type=split_type,
        bearer=bearer,
        bearer_subaccount="ACCT_0",
        fees=None if charged is None else min(charged, amount),
    )
    assert preview.total == amount
    assert min(preview.paystack, preview.integration, *preview.subaccounts.values()) >= 0


@pytest.mark.parametrize("bearer", fees.BEARERS)
def test_the_emulator_splits_as_previewed(connect, bearer):
    with paying.frozen() as emulator:
        client = connect(transport=emulator)
        codes = [
            client.subaccounts.create_subaccount(name, "058", "0123456789", 30).data["subaccount_code"]
            for name in ("Obi Books", "Obi Loans")
        ]
        parts = [{"subaccount": code, "share": share} for code, share in zip(codes, (33, 21), strict=True)]
        split = {"type": "percentage", "bearer_type": bearer, "bearer_subaccount": codes[1], "subaccounts": parts}
        paying.paid(client, 250_013, split=split)
        preview = fees.split_preview(
            250_013, "NGN", {codes[0]: 33, codes[1]: 21}, bearer=bearer, bearer_subaccount=codes[1]
        )
        held = paying.held(emulator)
        assert held["paystack", "NGN"] == preview.paystack
        assert held["unsettled", "NGN"] == preview.integration
        assert {code: held[f"subaccount:{code}", "NGN"] for code in codes} == preview.subaccounts
