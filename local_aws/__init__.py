"""The embedded default: the engine, a local AWS server, a stand-in provider, `make up`.

May import `rolewright`; nothing else imports this room.
"""
