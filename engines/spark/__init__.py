"""The engine that computes on a Spark cluster (docs/spark.md).

What belongs here: which rows each bucket of shoppers needs, as Spark SQL (``sql/spark/``), and the tasks that run
the functions of ``features`` and ``models`` on a bucket. What does not: any feature, any score. ``pyspark`` is an
extra: nothing here imports it before an engine is opened.
"""
