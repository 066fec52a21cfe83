"""Loading what is published: benchmarks, neighbour sets, populations and thresholds, all or nothing."""
