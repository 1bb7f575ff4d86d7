"""python -m clients.portals.tax"""

from __future__ import annotations

from clients.portals.serve import serve
from clients.portals.tax.content import TAX

if __name__ == "__main__":
    serve(TAX)
