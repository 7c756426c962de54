"""Benchmarks: ratios against named baselines measured in the same run. `make bench` lists and runs them."""
