"""The parser of response heads: what it accepts, what it rejects, and that it agrees with http.client."""

import http.client
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paystackease._transports.response_head import MAX_LINE_BYTES, MAX_LINES, MalformedHeadError, parse_head, read_head

OK = b"HTTP/1.1 200 OK\r\n"
REST = b'{"status":true}'


class ChunkedStream(io.RawIOBase):
    """A connection that returns one chunk at each read."""

    def __init__(self, *chunks):
        self._chunks = [chunk for chunk in chunks if chunk]

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self._chunks:
            raise ConnectionResetError
        chunk = self._chunks.pop(0)
        prefix, rest = chunk[: len(buffer)], chunk[len(buffer) :]
        if rest:
            self._chunks.insert(0, rest)
        buffer[: len(prefix)] = prefix
        return len(prefix)


def parse_by_http_client(data):
    """Return the version, the status and the headers that http.client parses, and the bytes after the head."""
    file = io.BytesIO(data)

    class Sock:
        def makefile(self, _mode):
            return file

    response = http.client.HTTPResponse(Sock())
    response.begin()
    assert not response.msg.defects
    assert not response.msg.get_payload()
    return (1, response.version - 10), response.status, response.msg.items(), file.read()


@pytest.mark.parametrize(
    ("line", "version", "status", "reason"),
    [
        (b"HTTP/1.1 200 OK", (1, 1), 200, "OK"),
        (b"HTTP/1.0 404 Not Found", (1, 0), 404, "Not Found"),
        (b"HTTP/1.1 200 ", (1, 1), 200, ""),
        (b"HTTP/1.1 200", (1, 1), 200, ""),
        (b"HTTP/1.1 999 \xe9t\xe9: x", (1, 1), 999, "été: x"),
    ],
)
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_status_line_is_parsed(line, version, status, reason, end):
    assert parse_head(line + end + end) == (version, status, reason, [])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\r\nHTTP/1.1 200 OK",
        b" HTTP/1.1 200 OK",
        b"SSH-2.0-OpenSSH_9.6",
        b"220 mail.example.com ESMTP",
        b"http/1.1 200 OK",
        b"HTTP/2 200",
        b"HTTP/2.0 200 OK",
        b"HTTP/1 200 OK",
        b"HTTP/1.10 200 OK",
        b"HTTP/1.1\t200 OK",
        b"HTTP/1.1  200 OK",
        b"HTTP/1.1 OK",
        b"HTTP/1.1 20 OK",
        b"HTTP/1.1 2000 OK",
        b"HTTP/1.1 099 OK",
        b"HTTP/1.1 +20 OK",
        b"HTTP/1.1 2_0 OK",
        b"HTTP/1.1 \xb2\xb2\xb2 OK",
        b"HTTP/1.1 200OK",
        b"HTTP/1.1 200 O\rK",
        b"HTTP/1.1 200 O\0K",
        b"HTTP/1.1 200 OK\r",
    ],
)
def test_any_other_first_line_is_rejected(line):
    with pytest.raises(MalformedHeadError):
        parse_head(line + b"\r\nx: y\r\n\r\n")


@pytest.mark.parametrize(
    ("lines", "headers"),
    [
        (b"Content-Length: 5\r\n", [("Content-Length", "5")]),
        (b"a:\r\nb:1\nA: 2\r\n", [("a", ""), ("b", "1"), ("A", "2")]),
        (b"a: \t b  c \t\r\n", [("a", "b  c")]),
        (b"a: b: c:d\r\n", [("a", "b: c:d")]),
        (b"a: \xe9\x85\xa0\x7f\r\n", [("a", "\xe9\x85\xa0\x7f")]),  # \x85 and \xa0 are white space to str
        (b"a: b\r\n c\r\n\t d\nx: y\r\n", [("a", "b c d"), ("x", "y")]),
        (b"a:\r\n b\r\n", [("a", "b")]),
        (b"a: b\r\n \r\nx: y\r\n", [("a", "b"), ("x", "y")]),
        (b"!#$%&'*+-.^_`|~(){}<>@: 1\r\n", [("!#$%&'*+-.^_`|~(){}<>@", "1")]),
    ],
)
def test_headers_are_parsed(lines, headers):
    assert parse_head(OK + lines + b"\r\n").headers == headers
    assert parse_head(OK + lines + b"\n").headers == headers


@pytest.mark.parametrize(
    "lines",
    [
        b"a line without a colon\r\n",
        b"content-length\r\n",
        b"content-length : 5\r\n",
        b"content length: 5\r\n",
        b": 5\r\n",
        b"From me\r\n",
        b"x: y\r\nno header\r\n",
        b"\x00: y\r\n",
        b"x\x7f: y\r\n",
        b"\xe9: y\r\n",
        b"x: \x00\r\n",
        b"x: y\rcontent-length: 5\r\n",
        b"x: y\r\r\n",
        b"\rx: y\r\n",
        b"x\r: y\r\n",
    ],
)
def test_a_line_that_is_not_a_header_is_rejected(lines):
    with pytest.raises(MalformedHeadError):
        parse_head(OK + lines + b"\r\n")
    with pytest.raises(MalformedHeadError):
        parse_head(OK + b"a: b\r\n" + lines + b"\r\n")


@pytest.mark.parametrize("fold", [b" x: y\r\n", b"\tx: y\r\n", b" \r\n"])
def test_a_status_line_cannot_be_folded(fold):
    with pytest.raises(MalformedHeadError):
        parse_head(OK + fold + b"a: b\r\n\r\n")


@pytest.mark.parametrize("data", [b"", b"HTTP/1.1", OK, OK + b"x: y\r\n", OK + b"x: y", OK + b"x: y\r\n\r"])
def test_a_head_without_a_blank_line_is_rejected(data):
    with pytest.raises(MalformedHeadError):
        parse_head(data)


def test_all_values_of_a_header_are_found_by_its_lower_case_name():
    head = parse_head(OK + b"X: 1\r\ny: 2\r\nx: 3, 4\r\n\r\n")
    assert head.get_all("x") == ["1", "3, 4"]
    assert head.get_all("z") == []


HEAD = OK + b"a: b\r\n c\r\nx: y\r\n\r\n"


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([HEAD + REST], id="one chunk"),
        pytest.param([HEAD, REST], id="head and body"),
        pytest.param([HEAD[:20], HEAD[20:] + REST], id="split in the head"),
        pytest.param([HEAD[:-1], HEAD[-1:] + REST], id="split before the last byte"),
        pytest.param([bytes([byte]) for byte in HEAD + REST], id="byte by byte"),
    ],
)
def test_a_head_is_read_from_any_chunks_and_nothing_after_it(chunks):
    file = io.BufferedReader(ChunkedStream(*chunks))
    assert read_head(file) == ((1, 1), 200, "OK", [("a", "b c"), ("x", "y")])
    assert file.read(len(REST)) == REST


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\r\n", b"\r\n\n", b"\n\n"])
def test_a_head_ends_at_its_first_blank_line(end):
    body = b"z: 1\r\n\r\n"
    file = io.BufferedReader(ChunkedStream(b"HTTP/1.1 200 OK\nx: y" + end + body))
    assert read_head(file).headers == [("x", "y")]
    assert file.read(len(body)) == body


def test_heads_that_arrive_together_are_read_one_by_one():
    file = io.BufferedReader(
        ChunkedStream(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + OK + b"x: y\r\n\r\n" + REST)
    )
    assert [read_head(file).status for _ in range(2)] == [103, 200]
    assert file.read(len(REST)) == REST


def test_another_protocol_is_rejected_at_its_first_line():
    with pytest.raises(MalformedHeadError):  # A further read would raise a ConnectionResetError.
        read_head(io.BufferedReader(ChunkedStream(b"220 mail.example.com ESMTP\r\n")))


@pytest.mark.parametrize("size", [1, MAX_LINE_BYTES - len(b"x: \r\n")])
@pytest.mark.parametrize("count", [1, MAX_LINES - 1])
def test_a_head_of_the_maximum_length_is_read(size, count):
    head = OK + (b"x: " + b"y" * size + b"\r\n") * count + b"\r\n"
    file = io.BufferedReader(ChunkedStream(head + REST))
    assert read_head(file).headers == [("x", "y" * size)] * count
    assert file.read(len(REST)) == REST


@pytest.mark.parametrize(
    "lines",
    [
        b"x:\r\n" * MAX_LINES,
        b"x: y\r\n" * 10_000,
        b"x: " + b"y" * MAX_LINE_BYTES + b"\r\n",
        b"x: y\r\n" + b" z\r\n" * MAX_LINES,
        b"x" * 1_000_000,
        b"\r" * 1_000_000,
    ],
    ids=["short lines", "many lines", "a long line", "a long fold", "a line without end", "carriage returns"],
)
def test_a_longer_head_is_rejected(lines):
    with pytest.raises(MalformedHeadError):
        read_head(io.BufferedReader(ChunkedStream(OK + lines + b"\r\n")))
    with pytest.raises(MalformedHeadError):
        read_head(io.BufferedReader(ChunkedStream(b"HTTP/1.1 200 " + b"O" * MAX_LINE_BYTES + b"\r\n\r\n")))


@pytest.mark.parametrize(
    "lines", [b"x:" + b" " * 60_000 + b"\0", b"x:y" + b" \t" * 30_000 + b"z", b"x:\r\n" + b" " * 60_000]
)
def test_white_space_is_parsed_in_linear_time(lines):
    # A parser that backtracks would take minutes, and the test run would time out.
    for end in (b"", b"\r\n", b"\r\n\r\n"):
        try:
            parse_head(OK + lines * 50 + end)
        except MalformedHeadError:
            continue


NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=":"), min_size=1, max_size=20)
VALUES = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40).map(
    lambda v: v.strip(" \t")
)
ENDS = st.sampled_from(["\r\n", "\n"])
LINES = st.lists(st.tuples(NAMES, st.sampled_from(["", " ", "\t", "  "]), VALUES, ENDS), max_size=MAX_LINES - 1)


@settings(deadline=None)
@given(
    version=st.sampled_from([0, 1]),
    status=st.integers(101, 999),  # http.client reads on after a 100
    reason=VALUES.map(str.strip),  # http.client misparses a reason of only white space, such as a unit separator.
    lines=LINES,
    ends=st.tuples(ENDS, ENDS),
    sizes=st.lists(st.integers(1, 50), max_size=5),
)
@example(1, 200, "OK", [("From", "", "", "\r\n"), ("Content-Length", " ", "5", "\n")], ("\r\n", "\r\n"), [])
def test_http_client_parses_a_valid_head_in_the_same_way(version, status, reason, lines, ends, sizes):
    head = f"HTTP/1.{version} {status} {reason}{ends[0]}"
    head += "".join(f"{name}:{space}{value}{end}" for name, space, value, end in lines) + ends[1]
    data = head.encode("latin-1")
    is_multipart = any(n.lower() == "content-type" and v.lower().startswith(("m", "t")) for n, _, v, _ in lines)
    parsed = parse_head(data)
    if not is_multipart:  # the e-mail parser reports the missing body of a multipart message
        assert (parsed.version, parsed.status, parsed.headers, REST) == parse_by_http_client(data + REST)
    chunks, rest = [], data + REST
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]
    file = io.BufferedReader(ChunkedStream(*chunks, rest))
    assert read_head(file) == parsed
    assert file.read(len(REST)) == REST


HOSTILE = st.sampled_from(
    [b"\r", b"\n", b"\r\n", b" ", b"\t", b":", b"\0", b"x", b"x: y", b"\xff", b"content-length: 5"]
)


@settings(deadline=None)
@given(st.lists(HOSTILE, max_size=12).map(b"".join))
def test_http_client_accepts_every_accepted_head_with_the_same_result(lines):
    """The parser is never more lenient than http.client, and finds the same end of the head."""
    data = OK + lines + b"\r\n\r\n"
    file = io.BufferedReader(ChunkedStream(data + REST))
    try:
        parsed = read_head(file)
    except MalformedHeadError:
        return
    expected = parse_by_http_client(data + REST)
    values = [(name, " ".join(value.split())) for name, value in expected[2]]
    assert (parsed.version, parsed.status) == expected[:2]
    assert [(name, " ".join(value.split())) for name, value in parsed.headers] == values
    assert file.read(len(expected[3])) == expected[3]
