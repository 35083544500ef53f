"""What every part of the emulator stands on: routes, documents, a clock, jobs, events, and how Paystack says no."""
