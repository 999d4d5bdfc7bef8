"""Quality: what core must hold before anything is computed from it, and what reports must hold before publishing."""

from __future__ import annotations

import dagster as dg

QUALITY_CHECKS: list[dg.AssetChecksDefinition] = []
