"""The commands about households, one file for each subject; `handler` carries them out."""
