"""The WSGI application that granian serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "m2c.settings")
os.environ.setdefault("DATABASE_POOL", "1")  # a server keeps connections; a command does not

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
