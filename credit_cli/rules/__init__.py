"""Pure decisions and the value types they use."""
