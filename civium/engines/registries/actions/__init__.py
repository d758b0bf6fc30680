"""What can be done with registers: one file each."""
