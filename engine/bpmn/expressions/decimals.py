"""Numbers of the language (DMN 1.5, 10.3.2.3.1): IEEE 754 decimal128, whole ones kept as exact ints.

Every function takes ints and Decimals, rounds to 34 digits half to even and gives None where there is no number: never
NaN, never infinity.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from decimal import Decimal

Number = int | Decimal
LIMIT = 10**34
NANOS_PLACES = 9
CONTEXT = decimal.Context(
    prec=34,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


def from_float(value: float) -> Number | None:
    """The decimal a float prints as: 0.1 is one tenth."""
    return normal(Decimal(repr(value))) if math.isfinite(value) else None


def normal(value: Decimal) -> Number:
    """A number as this language keeps it: an int where it is whole."""
    if value.adjusted() < 34:
        whole = int(value)
        if whole == value:
            return whole
    return value


def rounded(value: Number) -> Number | None:
    """A number with no more than 34 digits."""
    return _safely(CONTEXT.plus, CONTEXT.create_decimal(value) if type(value) is int else value)


def read_number(text: str) -> Number | None:
    """The number a decimal text without spaces stands for, or None."""
    try:
        value = CONTEXT.create_decimal(text)
    except (decimal.DecimalException, ValueError):
        return None
    return normal(value) if value.is_finite() else None


def add(left: Number, right: Number) -> Number | None:
    """The sum."""
    if type(left) is int and type(right) is int and -LIMIT < (total := left + right) < LIMIT:
        return total
    return _safely(CONTEXT.add, left, right)


def subtract(left: Number, right: Number) -> Number | None:
    """The difference."""
    if type(left) is int and type(right) is int and -LIMIT < (rest := left - right) < LIMIT:
        return rest
    return _safely(CONTEXT.subtract, left, right)


def multiply(left: Number, right: Number) -> Number | None:
    """The product."""
    if type(left) is int and type(right) is int and -LIMIT < left < LIMIT and -LIMIT < right < LIMIT:
        product = left * right
        if -LIMIT < product < LIMIT:
            return product
    return _safely(CONTEXT.multiply, left, right)


def divide(left: Number, right: Number) -> Number | None:
    """The quotient; None by zero."""
    return _safely(CONTEXT.divide, left, right) if right else None


def power(base: Number, exponent: Number) -> Number | None:
    """The base to a power; None where there is no such number."""
    if not base and not exponent:
        return 1
    return _safely(CONTEXT.power, base, exponent)


def modulo(dividend: Number, divisor: Number) -> Number | None:
    """The rest with the sign of the divisor: dividend − divisor × floor(dividend ÷ divisor)."""
    if not divisor:
        return None
    if type(dividend) is int and type(divisor) is int:
        return dividend % divisor
    rest = _safely(CONTEXT.remainder, dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        return add(rest, divisor)
    return rest


def square_root(value: Number) -> Number | None:
    """The square root; None of a negative number."""
    return _safely(CONTEXT.sqrt, value) if value >= 0 else None


def logarithm(value: Number) -> Number | None:
    """The natural logarithm; None of anything that is not positive."""
    return _safely(CONTEXT.ln, value) if value > 0 else None


def exponential(value: Number) -> Number | None:
    """e to a power."""
    return _safely(CONTEXT.exp, value)


def to_scale(value: Number, scale: Number, rounding: str) -> Number | None:
    """A number rounded to so many decimals in one of decimal's ways; a scale below zero rounds to tens."""
    places = int(scale)
    if not -6111 <= places <= 6176:
        return None
    exact = Decimal(value)
    if -exact.as_tuple().exponent <= places:  # type: ignore[operator] # finite numbers have a whole exponent
        return normal(exact)
    wide = CONTEXT.copy()
    wide.prec = 6200
    try:
        return rounded(exact.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=wide))
    except decimal.DecimalException:
        return None


def number_text(value: Number) -> str:
    """A number as a person writes it: no exponent, no zeros at the end."""
    if type(value) is int and -LIMIT < value < LIMIT:
        return str(value)
    plain = format(CONTEXT.create_decimal(value), "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _safely(operation: Callable[..., Decimal], *numbers: Number) -> Number | None:
    try:
        result = operation(*(Decimal(n) if type(n) is int else n for n in numbers))
    except decimal.DecimalException:
        return None
    return normal(result) if result.is_finite() else None  # 0 ** -1 is infinite without any signal
