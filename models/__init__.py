"""Models: pure numpy and scikit-learn functions from features to scores, reasons and outcomes."""
