"""Scans a whole archive: many source packages, each read by a process of its own, into one store.

``plan`` finds the packages, ``scan`` hands them to an executor, ``attempt`` is what a worker does, ``child``
the process that it starts, ``store`` what is kept, ``status`` what that amounts to.
"""
