"""What the product promises about speed, as programs. See bin/bench."""
