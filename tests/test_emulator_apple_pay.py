"""Apple Pay at the emulator: registering, listing and removing domains."""

import pytest

from paystackease import Request, errors


@pytest.fixture
def domains(client):
    return client.apple_pay


def test_domains_are_registered_once_and_unregistered(domains):
    for name in "shop.example.com", "example.com", "Shop.example.com":
        response = domains.register_domain(name)
        assert response == {"status": True, "message": "Domain successfully registered on Apple Pay"}
    assert domains.list_domains().data == {"domainNames": ["example.com", "shop.example.com"]}
    assert domains.unregister_domain("example.com").message == "Domain successfully unregistered on Apple Pay"
    assert domains.list_domains().data == {"domainNames": ["shop.example.com"]}
    domains.register_domain("example.com")
    assert len(domains.list_domains().data["domainNames"]) == 2


def test_an_unregistered_domain_is_not_found(domains):
    domains.register_domain("example.com")
    domains.unregister_domain("example.com")
    for name in "example.com", "example.org":
        with pytest.raises(errors.NotFoundError, match="Domain not found"):
            domains.unregister_domain(name)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"domainName" is required'),
        ({"domain_name": "example.com"}, '"domainName" is required'),
        ({"domainName": ["example.com"]}, '"domainName" must be a string'),
        ({"domainName": "https://example.com"}, '"domainName" must be a valid domain name'),
        ({"domainName": "localhost"}, '"domainName" must be a valid domain name'),
        ({"domainName": "a" * 300 + ".com"}, '"domainName" must be a valid domain name'),
    ],
)
def test_an_invalid_domain_is_rejected(client, method, body, message):
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request(method, "/apple-pay/domain", body=body))
    assert exc_info.value.response.message == message
