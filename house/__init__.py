"""The shared language of the services: messages, topics, settings and the way onto the broker."""
