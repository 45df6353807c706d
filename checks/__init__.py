"""The checks: one module is one tag. Its name is the tag, its docstring the explanation, its examples the
tests.
"""
