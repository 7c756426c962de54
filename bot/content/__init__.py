"""Room: what we say — the case library, the matcher over it, and what residents asked in vain."""
