"""The pages of a payer: the hosted checkout, payment links, and card updates."""
