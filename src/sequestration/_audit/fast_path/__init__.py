"""Fast path: plainly right claims, taken without a model of them."""
