"""The rules of a call, without I/O: what is sent, what a response means, and when to retry."""
