"""Containers: compressed streams, tar, zip, HDF5, OpenCV's storage. They write nothing to disk.

What of their contents is a model, the formats say.
"""
