"""Where features and scores are computed: in this process, or on a cluster. The functions are the same."""
