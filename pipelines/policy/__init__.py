"""The policy replay: what a changed clause of the returns policy would have saved and cost over the history."""
