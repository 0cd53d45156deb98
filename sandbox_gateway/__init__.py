"""A payment provider in one small process: for demos, tests and development. It moves no real money.

It knows nothing of who uses it and needs nothing but Python's standard library. ``README.md`` is its protocol.
"""
