"""What an administrator can ask for: load, decide, save."""
