"""What each kind of element does with a token, as hooks of Spiff's task specs; one module a kind."""
