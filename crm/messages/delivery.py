"""Delivering one message: by the mail server of SMTP_URL or through Apprise, outside any transaction."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from config import Settings
from crm.messages.models import OutboxMessage
from crm.messages.rules import Outcome, Transport, is_mail_address
from crm.messages.services import service_at

TIMEOUT_SECONDS = 20


def deliver(message: OutboxMessage, settings: Settings) -> tuple[Outcome, str]:
    """Try to deliver a message once; returns what came of it and the reason in short."""
    if message.transport == Transport.APPRISE:
        return _through_apprise(message)
    if not settings.smtp_url:
        return Outcome.RETRY, "SMTP_URL is not set"
    if not is_mail_address(message.recipient):
        return Outcome.REFUSED, "address not understood"
    return _by_mail(_mail(message, settings), settings.smtp_url)


def _mail(message: OutboxMessage, settings: Settings) -> EmailMessage:
    mail = EmailMessage()
    host = urlsplit(settings.public_url).hostname or "localhost"
    mail["From"] = settings.mail_from or f"regulars@{host}"
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Message-ID"] = message.message_id
    mail["Date"] = message.created_at
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.body)
    return mail


def _by_mail(mail: EmailMessage, smtp_url: str) -> tuple[Outcome, str]:
    """Hand a mail to the server; 5xx refuses it for good, everything else is tried again."""
    try:
        with _server(smtp_url) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        return (Outcome.REFUSED if all(code >= 500 for code in codes) else Outcome.RETRY), f"recipient: {codes}"
    except smtplib.SMTPResponseException as error:
        is_final = 500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError)
        return (Outcome.REFUSED if is_final else Outcome.RETRY), f"server answered {error.smtp_code}"
    except (smtplib.SMTPException, OSError) as error:
        return Outcome.RETRY, type(error).__name__
    return Outcome.SENT, ""


def _server(smtp_url: str) -> smtplib.SMTP:
    """Open the mail server of an address smtp://user:password@host:587 or smtps://…:465."""
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _through_apprise(message: OutboxMessage) -> tuple[Outcome, str]:
    service = service_at(message.recipient)
    if service is None:
        return Outcome.REFUSED, "address not understood"
    sent = service.notify(title=message.subject, body=message.body)
    return (Outcome.SENT, "") if sent else (Outcome.RETRY, "the service did not take it")
