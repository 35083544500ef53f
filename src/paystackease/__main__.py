"""``python -m paystackease`` is ``paystackease``."""

from paystackease.cli import main

main()
