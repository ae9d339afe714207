"""Pure words of casework: dataclasses, enumerations and tables; no I/O, no clock, no library."""
