"""How fast the product is, measured against the sandbox, side by side with dlt. See README.md."""
