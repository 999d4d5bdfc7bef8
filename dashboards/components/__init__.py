"""Parts that pages are put together from: the shell, cards of charts and tables, states, filters."""
