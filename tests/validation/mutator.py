"""The changes that make mutants: what mutmut 3 changes in expressions and statements, and a little more.

Arithmetic and bit operators, comparisons, ``and`` and ``or``, numbers, truth values and words are put for one
another; signs, negations, arguments, results, values that are assigned and the ends of loops are left out.
What is left alone: types, decorators, docstrings, what is raised, and text with a blank in it, which is for
people.
"""

from __future__ import annotations

import ast

COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
               ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
               ast.NotIn: ast.In}  # fmt: skip
OPERATORS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
             ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.Mult: ast.Add, ast.BitXor: ast.BitOr,
             ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.Add, ast.Pow: ast.Mult}  # fmt: skip
_PAIRS = (
    "min max|minimum maximum|argmin argmax|any all|floor ceil|lstrip rstrip|ljust rjust|partition rpartition"
)
NAMES = {
    one: other
    for pair in f"{_PAIRS}|startswith endswith|removeprefix removesuffix|split rsplit".split("|")
    for one, other in (pair.split(), reversed(pair.split()))
}


class Mutator(ast.NodeTransformer):
    """Makes the ``number``-th change to a tree, and lists all there are."""

    def __init__(self, number: int = -1) -> None:
        self.number = number
        self.places: list[str] = []
        self.inside = ["module"]
        self.statement = ""

    def _here(self, node: ast.AST, what: str) -> bool:
        """Count a place; whether the change is to be made there."""
        self.places.append(f"{self.inside[-1]}: {what} {_brief(node, 60)!r} in {self.statement!r}")
        return len(self.places) - 1 == self.number

    def visit(self, node: ast.AST) -> ast.AST:
        """Take note of the statement that a node belongs to."""
        if isinstance(node, ast.stmt):
            self.statement = _brief(node, 90)
        changed: ast.AST = super().visit(node)
        return changed

    def _body(self, statements: list[ast.stmt]) -> None:
        """Change the statements but for a docstring."""
        for at, statement in enumerate(statements):
            if not (
                at == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            ):
                changed = self.visit(statement)
                assert isinstance(changed, ast.stmt)
                statements[at] = changed

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave decorators, types and docstrings alone."""
        self.inside.append(node.name)
        defaults = node.args.defaults
        defaults[:] = [self._value(default) for default in defaults]
        node.args.kw_defaults[:] = [one and self._value(one) for one in node.args.kw_defaults]
        self._body(node.body)
        self.inside.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave the decorators and bases of a class alone."""
        self._body(node.body)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """Leave alone what is only there for the types."""
        typed = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node if typed else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave errors alone."""
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """Leave alone what tells the types."""
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Leave text alone that stands for itself."""
        return node if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Leave messages alone."""
        texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        return node if any(" " in str(text) for text in texts) else self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        """Change what is shown, not how."""
        node.value = self._value(node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Change the value only, or assign nothing."""
        if node.value is None:
            return node
        if self._nothing(node.value, "assign None for"):
            node.value = ast.Constant(None)
            return node
        node.value = self._value(node.value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Assign nothing."""
        if isinstance(node.targets[0], (ast.Name, ast.Attribute)):
            if ast.unparse(node.targets[0]) == "__all__":
                return node
            if self._nothing(node.value, "assign None for"):
                node.value = ast.Constant(None)
                return node
        return self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Put another operator for one, or none."""
        other = OPERATORS.get(type(node.op))
        if other and self._here(node, f"{type(node.op).__name__} to {other.__name__}"):
            node.op = other()
        if self._here(node, "assign only"):
            target = ast.copy_location(node.target, node)
            return ast.copy_location(ast.Assign([target], node.value), node)
        node.value = self._value(node.value)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        """Return nothing."""
        if node.value is None:
            return node
        if self._nothing(node.value, "return None for"):
            node.value = ast.Constant(None)
            return node
        return self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> ast.AST:
        """Go on."""
        return ast.copy_location(ast.Continue(), node) if self._here(node, "go on for") else node

    def visit_Continue(self, node: ast.Continue) -> ast.AST:
        """End the loop."""
        return ast.copy_location(ast.Break(), node) if self._here(node, "end for") else node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Move or turn a comparison."""
        for at, operator in enumerate(node.ops):
            other = COMPARISONS.get(type(operator))
            if other and self._here(node, f"{type(operator).__name__} to {other.__name__}"):
                node.ops[at] = other()
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Put another operator for one; ``str | None`` is a type."""
        other = OPERATORS.get(type(node.op))
        if other and self._here(node, f"{type(node.op).__name__} to {other.__name__}"):
            node.op = other()
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Put ``or`` for ``and``, and the other way round."""
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._here(node, f"to {other.__name__}"):
            node.op = other()
        return self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave out a sign or a negation."""
        if self._here(node, f"without {type(node.op).__name__}"):
            return self.visit(node.operand)
        return self.generic_visit(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Return nothing."""
        if self._nothing(node.body, "return None for"):
            node.body = ast.Constant(None)
            return node
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave out an argument."""
        places: list[list[ast.expr] | list[ast.keyword]] = [node.args, node.keywords]
        for arguments in places:
            for at, argument in enumerate(arguments):
                asserted = isinstance(argument, ast.keyword) and argument.arg == "strict"
                if not asserted and self._here(node, f"without argument {_brief(arguments[at], 30)!r} of"):
                    del arguments[at]
                    return self.generic_visit(node)
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """Leave alone what tells ``zip`` that lengths are equal: it is an assertion."""
        return node if node.arg == "strict" else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Turn a truth value, add one to a number, add letters to a word."""
        value = node.value
        if isinstance(value, bool):
            changed: bool | float | str = not value
        elif isinstance(value, (int, float)):
            changed = value + 1
        elif isinstance(value, str) and value and " " not in value:
            changed = f"XX{value}"
        else:
            return node
        return ast.copy_location(ast.Constant(changed), node) if self._here(node, "another") else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Put the larger for the smaller."""
        if node.attr in NAMES and self._here(node, f"to {NAMES[node.attr]}"):
            node.attr = NAMES[node.attr]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Put the larger for the smaller."""
        if node.id in NAMES and self._here(node, f"to {NAMES[node.id]}"):
            node.id = NAMES[node.id]
        return node

    def _value(self, node: ast.expr) -> ast.expr:
        changed = self.visit(node)
        assert isinstance(changed, ast.expr)
        return changed

    def _nothing(self, node: ast.expr, what: str) -> bool:
        """Whether nothing is to stand where something stands; None or False is nothing already."""
        known = isinstance(node, ast.Constant) and (node.value is None or node.value is False)
        return not known and self._here(node, what)


def _brief(node: ast.AST, most: int) -> str:
    """Return the beginning of a node's source, in one line."""
    return " ".join(ast.unparse(node).split())[:most]
