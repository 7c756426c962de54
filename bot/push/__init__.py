"""Room: what we send — messages owed to followers, and what became of each."""
