"""A private import path of paystackease 1. The base of the blocking clients is in :mod:`paystackease.base`."""

from paystackease.base import PayStackBaseClientAPI as PayStackBaseClientAPI
