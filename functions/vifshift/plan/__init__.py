"""Plans: several migrations, in order, with rules between them."""
