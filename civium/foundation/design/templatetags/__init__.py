"""Tags for the few Django templates there are: the account library's pages."""
