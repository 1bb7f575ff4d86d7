"""That the benchmark still runs; what it finds out is not judged here."""
