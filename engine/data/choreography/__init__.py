"""Motion that nobody captured for us, written as keyed postures over captured standing and walking.

An action (`actions/`, a theme a file) draws a `Score`: postures (`posture.py`) and when they follow. Played
(`perform.py`), they are joined by minimum-jerk curves (`curves.py`) and laid over a captured base (`bases.py`,
walks in styles by `gait.py`, ways and steps by `travel/`) by a solver of the whole body (`solve.py`, `body.py`).
`library.py` enters actions and makes takes with their sentences (`sentences.py`); what an action promises is checked
by its claims (`claims.py`); `trials.py` puts the takes beside the captured trials,
`naturalness.py` measures both.

To add actions, write a module below `actions/`: functions that draw a score, entered by `@library.action`.
The choreography is our own work, dedicated to the public domain (CC0 1.0).
"""
