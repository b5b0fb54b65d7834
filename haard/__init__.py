"""The front door: every command of `haard`; it may use everything, and nothing imports it."""
