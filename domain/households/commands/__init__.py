"""Commands about households, one module for each subject; `handler` carries them out."""
