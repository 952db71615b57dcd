"""How well motions come to targets, and what that costs them."""
