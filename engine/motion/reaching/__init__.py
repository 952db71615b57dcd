"""Whole-body inverse kinematics: a finished motion brought exactly to where parts of it are to be."""
