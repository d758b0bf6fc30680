"""Foundation: what everything stands on."""
