"""Ball games, swings of clubs and rackets, kicks and blows in a row."""
