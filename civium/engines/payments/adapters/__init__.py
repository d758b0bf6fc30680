"""Payment providers, one file each behind ``Provider``; ``demo`` runs with no outside world."""
