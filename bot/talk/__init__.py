"""Room: what was said — the ledger of incoming messages and their replies, and where each dialogue stands."""
