"""Style, script, type and icons, and the build that makes ``build/`` from them."""
