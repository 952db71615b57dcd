"""Physical tests: named pure functions of joints (T, J, 3) that say whether a body did something."""
