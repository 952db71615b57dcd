"""Measuring motion: the retrieval evaluator, distribution and text metrics, physics, the report."""
