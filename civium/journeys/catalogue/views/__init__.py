"""The pages where people find a service and read about it, one file for each kind."""
