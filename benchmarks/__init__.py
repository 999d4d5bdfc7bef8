"""Comparisons with other people's methods on other people's data. Nothing here is installed with the program."""
