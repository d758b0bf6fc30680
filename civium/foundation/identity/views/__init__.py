"""Pages about who one is: showing it, and looking after how one signs in."""
