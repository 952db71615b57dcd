"""What hand-keyed clips need to be recordings: cycles that go on, gestures that come out of a stance."""
