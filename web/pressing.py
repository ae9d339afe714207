"""The press itself, a program of its own: reads a paper from standard input, writes its PDF to standard output.

It sees no memory of ours, no file beside the layouts in its folder, no network; time and memory are bounded. A layout
is written by whoever draws processes, so it is treated as a stranger's. Started by ``web.press``.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

SECONDS = 20
#: the layout that is set; it may import the others in its folder
MAIN = "main.typ"
_MEMORY = 2_000_000_000


def bound() -> None:
    """Give this process little time and memory, and no file to write to."""
    try:
        import resource
    except ImportError:  # not on Windows, where the time limit of the caller stands alone
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def press(paper: str, root: str) -> tuple[dict[str, Any], bytes]:
    """What became of it, and the PDF."""
    import typst
    try:
        compiler = typst.Compiler(os.path.join(root, MAIN), root=root, ignore_system_fonts=True,
                                  sys_inputs={"paper": paper}, package_path=root, package_cache_path=root)
        content = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
        pages = json.loads(compiler.query("<pages>", field="value", one=True))
    except RuntimeError as error:  # TypstError is one; a query that fails is a plain one
        return {"error": str(error)[:300]}, b""
    return {"pages": pages}, content if isinstance(content, bytes) else b""


def main() -> None:
    """Read, press, write: one line of JSON, then the file."""
    bound()
    told, content = press(sys.stdin.buffer.read().decode(), os.getcwd())
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
