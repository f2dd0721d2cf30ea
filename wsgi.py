"""The WSGI application that the web server loads."""

from crm import create_app
from crm.shared.installation import hold
from crm.shared.schema import refuse_newer

app = create_app()
hold(app.config["SETTINGS"])
with app.app_context():
    refuse_newer(app.config["SETTINGS"])
