"""How often what happens at once, or is killed, is tried: `make soak` tries it far more often."""

import os

RACES = int(os.environ.get("RACES", "20"))
KILLS = int(os.environ.get("KILLS", "5"))
