"""The command line: arguments in, data on stdout, talk on stderr; the work itself lives elsewhere."""
