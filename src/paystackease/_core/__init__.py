"""The rules of a call, without I/O: what is sent, what an answer means, and whether to send again."""
