"""Actions for game engines: a skeleton of deforming bones under a root bone, files, and reading them back."""
