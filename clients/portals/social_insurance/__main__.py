"""python -m clients.portals.social_insurance"""

from __future__ import annotations

from clients.portals.serve import serve
from clients.portals.social_insurance.content import SOCIAL_INSURANCE

if __name__ == "__main__":
    serve(SOCIAL_INSURANCE)
