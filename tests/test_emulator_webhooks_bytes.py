"""The bytes of webhooks are those that Paystack's JavaScript writes."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paystackease.emulator.webhooks.js_json import encode_js_stable

# The bytes

AWKWARD = [
    {"b": 1, "10": 1, "2": 1, "01": 1, "-1": 1, "a": {"4294967295": 1, "4294967294": 1, "0": 1}},
    {"whole": 1.0, "half": 0.5, "tiny": 1e-7, "small": 0.000001, "big": 1e21, "long": 123456789012345680000.0},
    {"beyond": 2**53 + 1, "least": 5e-324, "most": 1.7976931348623157e308, "nothing": -0.0, "minus": -2.5e-9},
    {"text": '\u00e9 \u2028 \U0001f600 / \\ " \x00 \x1f \x7f <&>', "\u00e9": None, "": [], "n": [True, {}]},
]
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here to parse and write JSON")


def written_again(lines):
    """Return JSON after JavaScript has parsed and serialized it."""
    script = """const lines = require('fs').readFileSync(0, 'utf8').split('\\n');
        process.stdout.write(lines.map(line => JSON.stringify(JSON.parse(line))).join('\\n'))"""
    ran = subprocess.run(["node", "-e", script], input=b"\n".join(lines), capture_output=True, check=True)
    return ran.stdout.split(b"\n")


@needs_node
def test_javascript_serializes_each_body_to_the_same_bytes():
    lines = [encode_js_stable(value) for value in AWKWARD]
    assert written_again(lines) == lines


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    # No lone surrogate: JSON over HTTP cannot contain one.
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text("0123456789a-", max_size=3) | st.text(st.characters(exclude_categories=["Cs"])), inner
        )
    ),
    max_leaves=10,
)


@needs_node
def test_javascript_serializes_any_body_to_the_same_bytes():
    lines = []

    @settings(max_examples=200, deadline=None, database=None)
    @given(json_values)
    def collect(value):
        lines.append(encode_js_stable({"event": "x", "data": value}))

    collect()
    assert written_again(lines) == lines


def test_the_bytes_are_compact_and_as_javascript_has_them():
    assert encode_js_stable({"event": "x", "data": AWKWARD[0]["a"]}) == (
        b'{"event":"x","data":{"0":1,"4294967294":1,"4294967295":1}}'
    )
    assert encode_js_stable({"a": [1.0, 1e-7, 1e21, 100.5, 2**53 + 1, -0.0]}) == (
        b'{"a":[1,1e-7,1e+21,100.5,9007199254740992,0]}'
    )
    assert encode_js_stable({"name": "Ad\u00e9"}) == '{"name":"Ad\u00e9"}'.encode()
