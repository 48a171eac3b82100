"""A report for people: Markdown, plots, and one HTML page that needs nothing beside itself."""
