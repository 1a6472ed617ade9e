"""The WSGI application: `gunicorn kamerton.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamerton.settings")
application = get_wsgi_application()
