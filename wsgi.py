"""The WSGI application that the web server loads."""

from crm import create_app

app = create_app()
