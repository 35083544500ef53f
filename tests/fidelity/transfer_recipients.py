"""Who can be paid out to: added, changed, forgotten."""

DIFFERENCES = {}


def play(client, emulator):
    recipients = client.transfer_recipients
    ada = recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058").data["recipient_code"]
    recipients.fetch_transfer_recipient(ada)
    recipients.list_transfer_recipients()
