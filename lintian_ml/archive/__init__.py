"""Scans a whole archive: many source packages, read by processes that may die, into one store.

``plan`` and ``mirror`` find the packages, ``scan`` hands them to an executor of ``pool``. ``attempt`` is
what a worker does, with a ``child`` that its ``caretaker`` keeps and that does what is in ``reading``.
``store`` is what is kept, ``status``, ``query`` and ``site`` what is told of it.
"""
