"""What connected systems are told, and how far each of them is with it."""
