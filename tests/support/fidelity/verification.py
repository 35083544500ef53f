"""Account resolution, card BINs, banks and countries."""

from fidelity import expect_error

DIFFERENCES = {
    ("miscellaneous.list_banks", ".meta is missing"): "the sample of banks for transfers has none",
}


def exercise(client, emulator):
    verification, miscellaneous = client.verification, client.miscellaneous
    verification.resolve_account("0000000000", "057")
    expect_error(verification.resolve_account, "1", "057")
    holder = ("Ada Obi", "0123456789", "personal", "632005", "ZA", "identityNumber", "1234567890123")
    verification.validate_account(*holder)
    expect_error(verification.validate_account, holder[0], "1", *holder[2:])
    verification.resolve_card_bin("408408")
    miscellaneous.list_banks()
    miscellaneous.list_banks(use_cursor=True, per_page=5)
    miscellaneous.list_banks(pay_with_bank_transfer=True)
    miscellaneous.list_countries()
    miscellaneous.list_states("CA")
