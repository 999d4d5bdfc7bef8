"""How old what is published may be before Dagster says so."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

DAILY = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))
"""For what every run makes: with a run a day, one that is late warns, and one that is missing fails.

A run is enough: a delivery that did not come is told by the checks of raw, not here.
"""
