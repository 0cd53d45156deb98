"""The WSGI entrance, served by granian's threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
application = get_wsgi_application()
