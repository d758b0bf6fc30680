"""Where the root key lives: a file now; a hardware token or a key service by writing one more adapter."""
