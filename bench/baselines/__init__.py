"""What we measure ourselves against, as small as it can be, under the same server, workers, threads and load client."""
