"""digest turns the articles that its user follows into an e-mail newsletter."""
