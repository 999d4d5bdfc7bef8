"""How fast the pipeline is, against what else would do the work: ``python -m benchmarks.speed``."""
