"""Does the model do what artists type? Everyday prompts, judged by physical tests on the joints."""
