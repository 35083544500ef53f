"""What Paystack has: a module for each kind of thing, with its operations, its life, and how it is shown."""
