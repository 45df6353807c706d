"""The predicates: one module is one predicate, what it may be given and how it is decided.

The module's name is the predicate's, its docstring's first line says when it holds, and its one class,
derived from ``lintian_ml.equality.predicate.Predicate``, has the parameters as fields. A module in this
folder is all it takes.
"""
