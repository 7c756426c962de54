"""Room: who is who — units, head-counts, followers, households, rates, staff, audit."""
