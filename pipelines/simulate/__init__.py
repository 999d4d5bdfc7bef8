"""A made-up shop: exports in which it is known what is abuse, to try the pipeline on and to measure detection.

What belongs here: drawing shoppers, orders and returns, and writing them as a shop's system would export
them. What does not: anything that the pipeline itself uses. The two share no code and no constants, so that
a detector cannot be right merely because it was written beside the shop.
"""

from pipelines.simulate.exports import simulate
from pipelines.simulate.params import SimulationParams, SimulationSummary

__all__ = ["SimulationParams", "SimulationSummary", "simulate"]
