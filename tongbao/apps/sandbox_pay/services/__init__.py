"""``gateway`` is the adapter, ``accounts`` what demos, tests and the command line ask, ``configuration`` the
environment (without Django), ``wire`` the network.
"""
