"""Files in, checked drafts and issues out."""
