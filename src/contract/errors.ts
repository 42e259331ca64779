/**
 * The one table of error codes. Each code has the sentence a person reads and what they can do about it,
 * in English and German, and whether trying again can help. Layers translate into it; nothing else is shown.
 * `{name}` in a sentence is filled from the failure's params.
 */

export interface ErrorText {
  /** What happened, one sentence. */
  readonly en: string;
  readonly de: string;
  /** What the reader can do, one sentence. */
  readonly helpEn: string;
  readonly helpDe: string;
}
export interface ErrorEntry extends ErrorText {
  /** True when the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** HTTP status when the relay answers with this code. 401 is reserved for a bad invocation token (Forge Remote contract). */
  readonly status?: number;
}

const entry = (
  en: string,
  helpEn: string,
  de: string,
  helpDe: string,
  options: { retryable?: boolean; status?: number } = {},
): ErrorEntry => ({ en, helpEn, de, helpDe, retryable: options.retryable ?? false, ...(options.status ? { status: options.status } : {}) });

export const ERRORS = {
  // --- who may do what -------------------------------------------------------------------------------------------
  INVALID_REQUEST: entry(
    'The request was not understood.', 'Reload the page and try again.',
    'Die Anfrage wurde nicht verstanden.', 'Laden Sie die Seite neu und versuchen Sie es noch einmal.', { status: 400 }),
  NOT_SIGNED_IN: entry(
    'You are not signed in.', 'Sign in to Confluence and try again.',
    'Sie sind nicht angemeldet.', 'Melden Sie sich bei Confluence an und versuchen Sie es noch einmal.'),
  PAGE_NOT_FOUND: entry(
    'This page does not exist or you may not view it.', 'Ask the person who owns the page for access.',
    'Diese Seite gibt es nicht oder Sie dürfen sie nicht ansehen.', 'Bitten Sie die Person, der die Seite gehört, um Zugriff.'),
  SPACE_NOT_FOUND: entry(
    'This space does not exist or you may not view it.', 'Ask an administrator of the space for access.',
    'Diesen Bereich gibt es nicht oder Sie dürfen ihn nicht ansehen.', 'Bitten Sie die Administration des Bereichs um Zugriff.'),
  NOT_SPACE_ADMIN: entry(
    'Only administrators of this space may do this.', 'Ask an administrator of the space.',
    'Das dürfen nur Administratoren dieses Bereichs.', 'Fragen Sie die Administration des Bereichs.'),
  NOT_SITE_ADMIN: entry(
    'Only Confluence administrators may do this.', 'Ask a Confluence administrator.',
    'Das dürfen nur Confluence-Administratoren.', 'Fragen Sie die Confluence-Administration.'),
  JOB_NOT_FOUND: entry(
    'This mail is not known, or it is not yours.', 'Only the person who sent a mail can follow it.',
    'Diese Mail ist nicht bekannt oder nicht Ihre.', 'Nur wer eine Mail gesendet hat, kann sie verfolgen.'),
  SENDING_OFF: entry(
    'Sending mail is switched off in this space.', 'Ask an administrator of the space to switch it on.',
    'In diesem Bereich ist das Senden ausgeschaltet.', 'Bitten Sie die Administration des Bereichs, es einzuschalten.'),
  SENDING_NOT_ALLOWED: entry(
    'You may not send pages as mail.', 'Ask an administrator to add you to a group that may.',
    'Sie dürfen keine Seiten als Mail senden.', 'Bitten Sie die Administration, Sie in eine berechtigte Gruppe aufzunehmen.'),
  SENDING_OFF_SITE: entry(
    'Sending mail is switched off.', 'Ask a Confluence administrator to switch it on for this space.',
    'Das Senden von Mail ist ausgeschaltet.', 'Bitten Sie die Confluence-Administration, es für diesen Bereich einzuschalten.'),
  NOT_IN_ALLOWED_GROUP: entry(
    'Only members of {groups} may send pages as mail.', 'Ask an administrator to add you to one of these groups.',
    'Nur Mitglieder von {groups} dürfen Seiten als Mail senden.', 'Bitten Sie die Administration, Sie in eine dieser Gruppen aufzunehmen.'),
  DAILY_LIMIT: entry(
    'You have sent {limit} mails today, which is the limit.', 'You can send again after midnight UTC.',
    'Sie haben heute {limit} Mails gesendet; mehr sind nicht erlaubt.', 'Nach Mitternacht (UTC) können Sie wieder senden.'),
  RESTRICTED_PAGE: entry(
    'Pages with view restrictions may not be sent.', 'Share a link with people who may view the page instead.',
    'Seiten mit Ansichtsbeschränkung dürfen nicht gesendet werden.', 'Teilen Sie stattdessen einen Link mit Personen, die die Seite ansehen dürfen.'),
  RESTRICTED_PAGE_OUTSIDE: entry(
    'Pages with view restrictions may only go to people of this site.', 'Remove “{address}”.',
    'Seiten mit Ansichtsbeschränkung dürfen nur an Personen dieser Site gehen.', 'Entfernen Sie „{address}“.'),
  LABEL_FORBIDS: entry(
    'Pages with the label “{label}” may not be sent.', 'Ask the person who owns the page whether the label is right.',
    'Seiten mit dem Stichwort „{label}“ dürfen nicht gesendet werden.', 'Fragen Sie die Person, der die Seite gehört, ob das Stichwort stimmt.'),
  LABEL_FORBIDS_OUTSIDE: entry(
    'Pages with the label “{label}” may only go to people of this site.', 'Remove “{address}”.',
    'Seiten mit dem Stichwort „{label}“ dürfen nur an Personen dieser Site gehen.', 'Entfernen Sie „{address}“.'),
  OUTSIDE_NOT_ALLOWED: entry(
    'Mail may only go to people of this site; “{address}” is not one of them.', 'Remove this address, or pick a person of this site.',
    'Mail darf nur an Personen dieser Site gehen; „{address}“ gehört nicht dazu.', 'Entfernen Sie diese Adresse oder wählen Sie eine Person dieser Site.'),
  DOMAIN_NOT_ALLOWED: entry(
    'Mail may not go to {domain}.', 'Remove this address. An administrator can allow the domain.',
    'An {domain} darf keine Mail gehen.', 'Entfernen Sie diese Adresse. Die Administration kann die Domain erlauben.'),
  DOMAIN_DENIED: entry(
    'An administrator has blocked mail to {domain}.', 'Remove this address.',
    'Die Administration hat Mail an {domain} gesperrt.', 'Entfernen Sie diese Adresse.'),
  RECIPIENT_DENIED: entry(
    'Mail to {name} is blocked by an administrator.', 'Remove this recipient.',
    'Mail an {name} ist von der Administration gesperrt.', 'Entfernen Sie diesen Empfänger.'),
  IDENTITY_NOT_ALLOWED: entry(
    'You may not send from your own address.', 'Choose the other sender.',
    'Sie dürfen nicht von Ihrer eigenen Adresse senden.', 'Wählen Sie den anderen Absender.'),

  // --- the draft -------------------------------------------------------------------------------------------------
  ALREADY_SUBMITTED: entry(
    'This mail was accepted already, as it was before your last changes.', 'Open the dialog again: “Sent before” shows it, and you can send another.',
    'Diese Mail wurde schon angenommen, so wie sie vor Ihren letzten Änderungen war.', 'Öffnen Sie den Dialog neu: „Schon gesendet“ zeigt sie, und Sie können eine weitere senden.'),
  NO_RECIPIENTS: entry(
    'The mail has no recipient.', 'Add at least one person, group or address.',
    'Die Mail hat keine Empfänger.', 'Fügen Sie mindestens eine Person, Gruppe oder Adresse hinzu.'),
  TOO_MANY_RECIPIENTS: entry(
    'The mail has {count} recipients; {limit} are allowed.', 'Remove some, or send to several smaller groups.',
    'Die Mail hat {count} Empfänger; erlaubt sind {limit}.', 'Entfernen Sie einige oder senden Sie an mehrere kleinere Gruppen.'),
  INVALID_ADDRESS: entry(
    '“{address}” is not a mail address.', 'Correct or remove it.',
    '„{address}“ ist keine Mailadresse.', 'Berichtigen oder entfernen Sie sie.', { status: 400 }),
  RECIPIENT_UNKNOWN: entry(
    '{name} could not be found on this site.', 'Remove this recipient and pick one again.',
    '{name} wurde auf dieser Site nicht gefunden.', 'Entfernen Sie diesen Empfänger und wählen Sie neu.'),
  RECIPIENT_WITHOUT_ADDRESS: entry(
    '{name} has no mail address that can be used.', 'The account may be deactivated. Type an address instead.',
    '{name} hat keine verwendbare Mailadresse.', 'Das Konto ist vielleicht deaktiviert. Geben Sie stattdessen eine Adresse ein.'),
  GROUP_TOO_LARGE: entry(
    'The group {name} has more than {limit} members.', 'Choose a smaller group.',
    'Die Gruppe {name} hat mehr als {limit} Mitglieder.', 'Wählen Sie eine kleinere Gruppe.'),
  ATTACHMENT_GONE: entry(
    'The attachment “{name}” is no longer on the page.', 'Open the dialog again and choose the attachments anew.',
    'Der Anhang „{name}“ ist nicht mehr auf der Seite.', 'Öffnen Sie den Dialog neu und wählen Sie die Anhänge noch einmal.'),
  ATTACHMENT_TYPE: entry(
    'Files like “{name}” may not be attached.', 'Remove it. An administrator decides which kinds of files may be sent.',
    'Dateien wie „{name}“ dürfen nicht angehängt werden.', 'Entfernen Sie sie. Die Administration entscheidet, welche Arten von Dateien gesendet werden dürfen.'),
  MESSAGE_TOO_LARGE: entry(
    'The mail would be {size}; {limit} are allowed.', 'Choose fewer or smaller attachments.',
    'Die Mail wäre {size} groß; erlaubt sind {limit}.', 'Wählen Sie weniger oder kleinere Anhänge.', { status: 413 }),

  // --- settings --------------------------------------------------------------------------------------------------
  NO_MAIL_ACCOUNT: entry(
    'No mail account has been set up yet.', 'Ask a Confluence administrator to set one up.',
    'Es ist noch kein Mailkonto eingerichtet.', 'Bitten Sie die Confluence-Administration, eines einzurichten.'),
  ENCRYPTION_REQUIRED: entry(
    'This mail may only go out encrypted, and {count} of its recipients have no usable key.', 'Add their keys, or leave them out.',
    'Diese Mail darf nur verschlüsselt hinausgehen, und {count} ihrer Empfänger haben keinen brauchbaren Schlüssel.', 'Fügen Sie deren Schlüssel hinzu, oder lassen Sie sie weg.'),
  NO_USABLE_KEY: entry(
    'This mail may only go out encrypted, and there is no usable key for this recipient.', 'Add the recipient’s certificate or OpenPGP key, or leave them out.',
    'Diese Mail darf nur verschlüsselt hinausgehen, und für diesen Empfänger gibt es keinen brauchbaren Schlüssel.', 'Fügen Sie sein Zertifikat oder seinen OpenPGP-Schlüssel hinzu, oder lassen Sie ihn weg.'),
  SIGNATURE_REQUIRED: entry(
    'This mail may only go out signed, and its mail account has no usable signing key.', 'Ask an administrator to add or renew the signing key of the mail account.',
    'Diese Mail darf nur signiert hinausgehen, und ihr Mailkonto hat keinen brauchbaren Signaturschlüssel.', 'Bitten Sie die Administration, den Signaturschlüssel des Mailkontos hinzuzufügen oder zu erneuern.'),
  ENCRYPTION_FAILED: entry(
    'The mail could not be signed or encrypted, so it was not sent.', 'Try again; if it keeps happening, tell an administrator, who sees more under Diagnostics.',
    'Die Mail konnte nicht signiert oder verschlüsselt werden und wurde deshalb nicht gesendet.', 'Versuchen Sie es noch einmal; wenn es dabei bleibt, wenden Sie sich an die Administration, die unter Diagnose mehr sieht.'),
  ENCRYPTED_TOO_LARGE: entry(
    'With {size} this mail is too large to be encrypted here; up to {limit} are possible.', 'Choose fewer or smaller attachments.',
    'Mit {size} ist diese Mail zu groß, um hier verschlüsselt zu werden; möglich sind {limit}.', 'Wählen Sie weniger oder kleinere Anhänge.'),
  KEYS_NOT_ALLOWED: entry(
    'Keys for other people are added by administrators here.', 'Ask an administrator to add the key to the address book.',
    'Schlüssel für andere fügt hier die Administration hinzu.', 'Bitten Sie die Administration, den Schlüssel ins Adressbuch aufzunehmen.'),
  KEY_UNUSABLE: entry(
    'This key cannot be used.', 'See what is said about the file, and try another one.',
    'Dieser Schlüssel ist nicht brauchbar.', 'Lesen Sie, was zur Datei gesagt wird, und versuchen Sie eine andere.'),
  KEY_PASSWORD: entry(
    'The password does not open this file.', 'Type the password that the file was made with.',
    'Das Passwort öffnet diese Datei nicht.', 'Geben Sie das Passwort ein, mit dem die Datei erstellt wurde.'),
  DIRECTORY_REFUSED: entry(
    'The directory does not accept this login.', 'Check bind name and password.',
    'Das Verzeichnis nimmt diese Anmeldung nicht an.', 'Prüfen Sie Anmeldenamen und Passwort.'),
  DIRECTORY_UNREACHABLE: entry(
    'The directory or key server does not answer.', 'Check host, port and security, and whether the relay may connect there.',
    'Das Verzeichnis oder der Schlüsselserver antwortet nicht.', 'Prüfen Sie Server, Port und Sicherheit, und ob das Relay dorthin verbinden darf.'),
  PASSWORD_REQUIRED: entry(
    'The password has to be entered again.', 'Type the password: host, port or user were changed.',
    'Das Passwort muss neu eingegeben werden.', 'Geben Sie das Passwort ein: Server, Port oder Benutzer wurden geändert.'),
  SETTINGS_CHANGED: entry(
    'Somebody else saved these settings in the meantime.', 'Reload to bring in their changes; what you typed stays.',
    'Jemand anderes hat diese Einstellungen inzwischen gespeichert.', 'Laden Sie neu: Die Änderungen kommen hinzu, und was Sie eingegeben haben, bleibt.'),
  SETTINGS_NEWER: entry(
    'These settings were saved by a newer version of Pagemail.', 'Update the app; until then nothing is changed.',
    'Diese Einstellungen wurden von einer neueren Version von Pagemail gespeichert.', 'Aktualisieren Sie die App; bis dahin wird nichts geändert.'),
  SETTINGS_ENFORCED: entry(
    'The site’s settings apply here and cannot be changed in the space.', 'Ask a Confluence administrator.',
    'Hier gelten die Einstellungen der Site; im Bereich lassen sie sich nicht ändern.', 'Fragen Sie die Confluence-Administration.'),
  SETTINGS_TOO_LARGE: entry(
    'These settings are too large to be stored.', 'Remove entries from the lists, or use fewer exceptions.',
    'Diese Einstellungen sind zu groß zum Speichern.', 'Entfernen Sie Einträge aus den Listen oder verwenden Sie weniger Ausnahmen.'),
  ACCOUNT_UNKNOWN: entry(
    'The chosen mail account no longer exists.', 'Choose another one.',
    'Das gewählte Mailkonto gibt es nicht mehr.', 'Wählen Sie ein anderes.'),
  IMPORT_INVALID: entry(
    'This file does not hold settings of Pagemail.', 'Choose a file that was made by “Export settings”.',
    'Diese Datei enthält keine Einstellungen von Pagemail.', 'Wählen Sie eine Datei, die mit „Einstellungen exportieren“ erstellt wurde.'),
  LOGO_INVALID: entry(
    'This picture cannot be used as a logo.', 'Choose a PNG, JPEG or GIF file of at most {limit}.',
    'Dieses Bild kann nicht als Logo dienen.', 'Wählen Sie eine PNG-, JPEG- oder GIF-Datei von höchstens {limit}.'),
  RECORD_NOT_FOUND: entry(
    'This mail is no longer in the history.', 'Records are deleted when their time is over.',
    'Diese Mail steht nicht mehr im Verlauf.', 'Einträge werden nach Ablauf ihrer Zeit gelöscht.'),
  STORAGE_BUSY: entry(
    'The app’s storage is busy.', 'Try again in a moment.',
    'Der Speicher der App ist ausgelastet.', 'Versuchen Sie es gleich noch einmal.', { retryable: true, status: 503 }),

  QUEUE_BUSY: entry(
    'The mail is stored, but could not be handed over for delivery.', 'Try again in a moment; it is sent once.',
    'Die Mail ist gespeichert, konnte aber nicht zur Zustellung übergeben werden.', 'Versuchen Sie es gleich noch einmal; sie wird nur einmal gesendet.', { retryable: true, status: 503 }),

  // --- Confluence and Forge ----------------------------------------------------------------------------------------
  CONFLUENCE_UNAVAILABLE: entry(
    'Confluence did not answer.', 'Try again in a few minutes.',
    'Confluence hat nicht geantwortet.', 'Versuchen Sie es in ein paar Minuten noch einmal.', { retryable: true, status: 502 }),
  CONFLUENCE_REFUSED: entry(
    'Confluence refused to hand out part of the page.', 'Check that you may still view the page and its attachments.',
    'Confluence hat einen Teil der Seite nicht herausgegeben.', 'Prüfen Sie, ob Sie die Seite und ihre Anhänge noch ansehen dürfen.', { status: 424 }),
  ATTACHMENT_UNAVAILABLE: entry(
    'An attachment could not be read from Confluence.', 'It may have been changed or removed while the mail was being sent. Try again.',
    'Ein Anhang konnte nicht aus Confluence gelesen werden.', 'Er wurde vielleicht während des Sendens geändert oder entfernt. Versuchen Sie es noch einmal.', { retryable: true, status: 424 }),
  RATE_LIMITED: entry(
    'Too many requests at once.', 'It is tried again by itself in a moment.',
    'Zu viele Anfragen auf einmal.', 'Es wird gleich von selbst noch einmal versucht.', { retryable: true, status: 429 }),
  INTERNAL: entry(
    'Something went wrong on our side.', 'Try again. If it stays, tell an administrator the time it happened.',
    'Bei uns ist etwas schiefgegangen.', 'Versuchen Sie es noch einmal. Wenn es so bleibt, nennen Sie der Administration die Uhrzeit.', { retryable: true, status: 500 }),
  STALLED: entry(
    'Preparing the mail was interrupted; nothing was sent.', 'Try again.',
    'Die Vorbereitung der Mail wurde unterbrochen; es wurde nichts gesendet.', 'Versuchen Sie es noch einmal.', { retryable: true }),

  // --- the relay ---------------------------------------------------------------------------------------------------
  RELAY_NOT_CONFIGURED: entry(
    'The address of the relay has not been set.', 'Ask a Confluence administrator to set it in the settings of Pagemail.',
    'Die Adresse des Relays ist nicht eingetragen.', 'Bitten Sie die Confluence-Administration, sie in den Einstellungen von Pagemail einzutragen.'),
  RELAY_UNREACHABLE: entry(
    'The relay cannot be reached.', 'An administrator can check its address and whether it is running.',
    'Das Relay ist nicht erreichbar.', 'Die Administration kann prüfen, ob seine Adresse stimmt und ob es läuft.', { retryable: true }),
  RELAY_REFUSED_TOKEN: entry(
    'The relay does not accept this app.', 'The operator of the relay has to allow this app’s id.',
    'Das Relay nimmt diese App nicht an.', 'Wer das Relay betreibt, muss die Kennung dieser App zulassen.', { status: 401 }),
  RELAY_FORBIDDEN: entry(
    'The relay does not serve this installation.', 'The operator of the relay has to allow this installation.',
    'Das Relay bedient diese Installation nicht.', 'Wer das Relay betreibt, muss diese Installation zulassen.', { status: 403 }),
  RELAY_OUTDATED: entry(
    'The relay’s version does not fit this app.', 'Update the relay.',
    'Die Version des Relays passt nicht zu dieser App.', 'Aktualisieren Sie das Relay.', { status: 404 }),
  RELAY_BUSY: entry(
    'The relay is busy or the quota is used up.', 'It is tried again by itself later.',
    'Das Relay ist ausgelastet oder das Kontingent ist aufgebraucht.', 'Es wird später von selbst noch einmal versucht.', { retryable: true, status: 429 }),

  // --- reaching the mail server --------------------------------------------------------------------------------------
  HOST_NOT_FOUND: entry(
    'The mail server {host} cannot be found.', 'Check the server’s name for typing errors.',
    'Der Mailserver {host} wurde nicht gefunden.', 'Prüfen Sie den Namen des Servers auf Tippfehler.', { status: 422 }),
  HOST_LOOKUP_FAILED: entry(
    'The name of the mail server {host} could not be looked up.', 'The name service did not answer; it is tried again by itself.',
    'Der Name des Mailservers {host} ließ sich nicht nachschlagen.', 'Der Namensdienst hat nicht geantwortet; es wird von selbst noch einmal versucht.', { retryable: true, status: 503 }),
  HOST_NOT_ALLOWED: entry(
    'The relay may not connect to {host}.', 'The relay connects to public mail servers only, unless its operator allows the network.',
    'Das Relay darf sich nicht mit {host} verbinden.', 'Das Relay verbindet sich nur mit öffentlichen Mailservern, solange sein Betreiber das Netz nicht freigibt.', { status: 422 }),
  PORT_NOT_ALLOWED: entry(
    'The relay may not use port {port}.', 'Use 465 for TLS or 587 for STARTTLS.',
    'Das Relay darf den Port {port} nicht verwenden.', 'Verwenden Sie 465 für TLS oder 587 für STARTTLS.', { status: 422 }),
  CONNECTION_REFUSED: entry(
    'The mail server refused the connection.', 'Check the port; usual are 465 for TLS and 587 for STARTTLS.',
    'Der Mailserver hat die Verbindung abgelehnt.', 'Prüfen Sie den Port; üblich sind 465 für TLS und 587 für STARTTLS.', { retryable: true, status: 502 }),
  CONNECTION_TIMEOUT: entry(
    'The mail server did not answer in time.', 'Check host and port, and whether a firewall stands between relay and server.',
    'Der Mailserver hat nicht rechtzeitig geantwortet.', 'Prüfen Sie Server und Port und ob eine Firewall zwischen Relay und Server steht.', { retryable: true, status: 504 }),
  CONNECTION_LOST: entry(
    'The connection to the mail server broke before the mail was handed over.', 'Nothing was sent; it is tried again by itself.',
    'Die Verbindung zum Mailserver brach ab, bevor die Mail übergeben war.', 'Es wurde nichts gesendet; es wird von selbst noch einmal versucht.', { retryable: true, status: 502 }),
  OUTCOME_UNKNOWN: entry(
    'The connection broke after the mail was handed over and before the server confirmed it.', 'Ask a recipient whether it arrived before you send it again.',
    'Die Verbindung brach ab, nachdem die Mail übergeben war und bevor der Server sie bestätigte.', 'Fragen Sie einen Empfänger, ob sie angekommen ist, bevor Sie noch einmal senden.', { status: 502 }),
  PROTOCOL_ERROR: entry(
    'The server’s answer is not that of a mail server.', 'Check host and port, and that TLS or STARTTLS fits the port.',
    'Die Antwort des Servers ist nicht die eines Mailservers.', 'Prüfen Sie Server und Port und ob TLS oder STARTTLS zum Port passt.', { status: 502 }),
  TLS_NOT_OFFERED: entry(
    'The mail server does not offer STARTTLS.', 'Use TLS on port 465, or ask the server’s administrator.',
    'Der Mailserver bietet kein STARTTLS an.', 'Verwenden Sie TLS auf Port 465 oder fragen Sie den Betreiber des Servers.', { status: 422 }),
  TLS_FAILED: entry(
    'No encrypted connection could be made.', 'Check that TLS or STARTTLS fits the port; the server must speak TLS 1.2 or newer.',
    'Es kam keine verschlüsselte Verbindung zustande.', 'Prüfen Sie, ob TLS oder STARTTLS zum Port passt; der Server muss TLS 1.2 oder neuer sprechen.', { status: 502 }),
  CERTIFICATE_EXPIRED: entry(
    'The mail server’s certificate has expired.', 'The server’s administrator has to renew it.',
    'Das Zertifikat des Mailservers ist abgelaufen.', 'Der Betreiber des Servers muss es erneuern.', { status: 422 }),
  CERTIFICATE_NAME: entry(
    'The mail server’s certificate is for another name.', 'Enter the server by the name in its certificate.',
    'Das Zertifikat des Mailservers gilt für einen anderen Namen.', 'Tragen Sie den Server mit dem Namen ein, der im Zertifikat steht.', { status: 422 }),
  CERTIFICATE_UNTRUSTED: entry(
    'The mail server’s certificate is not signed by a known authority.', 'The relay’s operator can add the issuer of the certificate.',
    'Das Zertifikat des Mailservers stammt von keiner bekannten Stelle.', 'Der Betreiber des Relays kann den Aussteller des Zertifikats hinzufügen.', { status: 422 }),
  CLEAR_TEXT_NOT_ALLOWED: entry(
    'The relay does not allow unencrypted connections.', 'Choose TLS or STARTTLS.',
    'Das Relay erlaubt keine unverschlüsselten Verbindungen.', 'Wählen Sie TLS oder STARTTLS.', { status: 422 }),

  // --- what the mail server said ---------------------------------------------------------------------------------------
  LOGIN_FAILED: entry(
    'The mail server did not accept user and password.', 'Check both. With two-factor login you need an app password.',
    'Der Mailserver hat Benutzer und Passwort nicht angenommen.', 'Prüfen Sie beides. Bei Zwei-Faktor-Anmeldung brauchen Sie ein App-Passwort.', { status: 422 }),
  LOGIN_REQUIRED: entry(
    'The mail server wants a login.', 'Choose a kind of login for the mail account.',
    'Der Mailserver verlangt eine Anmeldung.', 'Wählen Sie für das Mailkonto eine Art der Anmeldung.', { status: 422 }),
  LOGIN_NOT_OFFERED: entry(
    'The mail server does not offer this kind of login.', 'Choose another kind of login, or ask the server’s administrator.',
    'Der Mailserver bietet diese Art der Anmeldung nicht an.', 'Wählen Sie eine andere Art der Anmeldung oder fragen Sie den Betreiber des Servers.', { status: 422 }),
  LOGIN_PASSWORD_OFF: entry(
    'The provider has switched off logging in with a password for this mail account.', 'Choose OAuth 2.0 as the kind of login, or have the provider’s administrator allow passwords.',
    'Der Anbieter hat die Anmeldung mit Passwort für dieses Mailkonto ausgeschaltet.', 'Wählen Sie OAuth 2.0 als Art der Anmeldung oder lassen Sie Passwörter beim Anbieter freischalten.', { status: 422 }),
  LOGIN_SMTP_OFF: entry(
    'Sending over SMTP is switched off for this mail account.', 'Switch it on at the provider; in Microsoft 365 it is “Authenticated SMTP” of the mailbox.',
    'Das Senden über SMTP ist für dieses Mailkonto ausgeschaltet.', 'Schalten Sie es beim Anbieter ein; in Microsoft 365 ist es „Authentifiziertes SMTP“ des Postfachs.', { status: 422 }),
  LOGIN_APP_PASSWORD: entry(
    'This mail account has a second factor and wants an app password.', 'Create an app password at the provider and enter it in place of the password.',
    'Dieses Mailkonto hat einen zweiten Faktor und verlangt ein App-Passwort.', 'Erstellen Sie beim Anbieter ein App-Passwort und tragen Sie es statt des Passworts ein.', { status: 422 }),
  LOGIN_WEB: entry(
    'The provider wants somebody to sign in to this mail account in a browser first.', 'Sign in on the provider’s website, confirm what it asks, and test the connection again.',
    'Der Anbieter verlangt, dass sich zuerst jemand im Browser bei diesem Mailkonto anmeldet.', 'Melden Sie sich auf der Website des Anbieters an, bestätigen Sie, was sie fragt, und testen Sie die Verbindung noch einmal.', { status: 422 }),
  LOGIN_TOO_MANY: entry(
    'The mail server has locked this login after too many attempts.', 'Wait an hour before you test again; check first that nothing else logs in with old data.',
    'Der Mailserver hat diese Anmeldung nach zu vielen Versuchen gesperrt.', 'Warten Sie eine Stunde, bevor Sie wieder testen; prüfen Sie vorher, dass sich nichts anderes mit alten Daten anmeldet.', { status: 422 }),
  LOGIN_TOKEN_REFUSED: entry(
    'The mail server did not accept the access token of this mail account.', 'Check that the user is the mailbox that gave its consent, and that the application may send mail for it.',
    'Der Mailserver hat das Zugriffstoken dieses Mailkontos nicht angenommen.', 'Prüfen Sie, dass der Benutzer das Postfach ist, das zugestimmt hat, und dass die Anwendung dafür Mail senden darf.', { status: 422 }),
  ACCOUNT_BLOCKED: entry(
    'The provider has blocked this mail account.', 'Sign in at the provider to see why, or ask its support.',
    'Der Anbieter hat dieses Mailkonto gesperrt.', 'Melden Sie sich beim Anbieter an, um den Grund zu sehen, oder fragen Sie seinen Support.', { status: 422 }),
  OAUTH_UNAVAILABLE: entry(
    'The provider’s sign-in service does not answer.', 'It is not the mail server; it is tried again by itself.',
    'Der Anmeldedienst des Anbieters antwortet nicht.', 'Es liegt nicht am Mailserver; es wird von selbst noch einmal versucht.', { retryable: true, status: 503 }),
  OAUTH_FAILED: entry(
    'The provider did not issue an access token ({reason}).', 'Check client id, client secret and the consent at the provider.',
    'Der Anbieter hat kein Zugriffstoken ausgestellt ({reason}).', 'Prüfen Sie Client-ID, Client-Secret und die Zustimmung beim Anbieter.', { status: 422 }),
  SENDER_REJECTED: entry(
    'The mail server does not allow the sender address.', 'Use an address that belongs to the mail account.',
    'Der Mailserver erlaubt die Absenderadresse nicht.', 'Verwenden Sie eine Adresse, die zum Mailkonto gehört.', { status: 422 }),
  SENDER_UNKNOWN: entry(
    'The mail server cannot find the domain of the sender address.', 'It is tried again by itself; an administrator can check the address for typing errors.',
    'Der Mailserver findet die Domain der Absenderadresse nicht.', 'Es wird von selbst noch einmal versucht; die Administration kann die Adresse auf Tippfehler prüfen.', { retryable: true, status: 503 }),
  SENDER_UNAUTHENTICATED: entry(
    'The domain of the sender address does not vouch for this mail.', 'Set up SPF and DKIM for it; “Check of the domain” in the settings shows what is missing.',
    'Die Domain der Absenderadresse verbürgt sich nicht für diese Mail.', 'Richten Sie SPF und DKIM für sie ein; „Prüfung der Domain“ in den Einstellungen zeigt, was fehlt.', { status: 422 }),
  CLIENT_REJECTED: entry(
    'The mail server does not take mail from this relay or login.', 'Choose a login for the mail account, or have the server’s administrator allow the relay’s address and name.',
    'Der Mailserver nimmt von diesem Relay oder dieser Anmeldung keine Mail an.', 'Wählen Sie eine Anmeldung für das Mailkonto oder lassen Sie Adresse und Namen des Relays auf dem Server zulassen.', { status: 422 }),
  SENDING_LIMIT: entry(
    'The mail account has used up what it may send.', 'Send again later: most providers count over 24 hours.',
    'Das Mailkonto hat aufgebraucht, was es senden darf.', 'Senden Sie später noch einmal: Die meisten Anbieter zählen über 24 Stunden.', { status: 422 }),
  IMPERSONATION_REFUSED: entry(
    'Confluence does not let the app read files for you after you have left the page.', 'Tell an administrator: an app that is not shared in the developer console can do this for its contributors only. Confluence said: “{reason}”',
    'Confluence lässt die App keine Dateien für Sie lesen, nachdem Sie die Seite verlassen haben.', 'Sagen Sie es der Administration: Eine App, die in der Entwicklerkonsole nicht freigegeben ist, kann das nur für ihre Mitwirkenden. Confluence sagte: „{reason}“', { status: 403 }),
  RECIPIENT_REJECTED: entry(
    'The mail server refused this address.', 'Check it for typing errors.',
    'Der Mailserver hat diese Adresse abgelehnt.', 'Prüfen Sie sie auf Tippfehler.', { status: 422 }),
  RECIPIENT_DEFERRED: entry(
    'The mail server cannot take mail for this address right now.', 'It is tried again by itself.',
    'Der Mailserver kann für diese Adresse gerade keine Mail annehmen.', 'Es wird von selbst noch einmal versucht.', { retryable: true, status: 503 }),
  MAILBOX_FULL: entry(
    'The recipient’s mailbox is full.', 'Tell the recipient by another way.',
    'Das Postfach des Empfängers ist voll.', 'Geben Sie dem Empfänger auf anderem Weg Bescheid.', { status: 422 }),
  ADDRESS_NOT_SUPPORTED: entry(
    'The mail server cannot send to addresses with international characters.', 'Use an address without them.',
    'Der Mailserver kann nicht an Adressen mit internationalen Zeichen senden.', 'Verwenden Sie eine Adresse ohne solche Zeichen.', { status: 422 }),
  SERVER_BUSY: entry(
    'The mail server cannot take mail right now.', 'It is tried again by itself.',
    'Der Mailserver kann gerade keine Mail annehmen.', 'Es wird von selbst noch einmal versucht.', { retryable: true, status: 503 }),
  SERVER_TOO_LARGE: entry(
    'The mail is too large for the mail server.', 'Choose fewer or smaller attachments.',
    'Die Mail ist für den Mailserver zu groß.', 'Wählen Sie weniger oder kleinere Anhänge.', { status: 413 }),
  MAILBOX_SIZE_LIMIT: entry(
    'The mail is too large for the recipient’s mailbox.', 'Choose fewer or smaller attachments, or share a link.',
    'Die Mail ist für das Postfach des Empfängers zu groß.', 'Wählen Sie weniger oder kleinere Anhänge oder teilen Sie einen Link.', { status: 422 }),
  ATTACHMENT_REFUSED: entry(
    'The mail server refuses a kind of file that is attached.', 'Remove programs, scripts and locked archives from the attachments, or share a link.',
    'Der Mailserver lehnt eine angehängte Dateiart ab.', 'Entfernen Sie Programme, Skripte und verschlüsselte Archive aus den Anhängen oder teilen Sie einen Link.', { status: 422 }),
  MESSAGE_REJECTED: entry(
    'The mail server refused the mail.', 'It may look like spam to the server. An administrator can ask the server’s operator.',
    'Der Mailserver hat die Mail abgelehnt.', 'Vielleicht hält er sie für Spam. Die Administration kann den Betreiber des Servers fragen.', { status: 422 }),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export type Language = 'en' | 'de';

/** Who reads about a failure: a sender reads only what a sender can do. */
export type Reader = 'sender' | 'administrator';

/** Failures of the mail account, the relay, or the way to the server: nothing that a sender could put right. */
const OF_THE_ACCOUNT =
  /^(RELAY_|HOST_|PORT_|CONNECTION_(?!LOST)|TLS_|CERTIFICATE_|CLEAR_TEXT|LOGIN_|OAUTH_|PROTOCOL_ERROR|SENDER_|CLIENT_|ACCOUNT_|SENDING_LIMIT|PASSWORD_REQUIRED)/;
export const isOfTheAccount = (code: ErrorCode): boolean => OF_THE_ACCOUNT.test(code);

const SENDERS_HELP = {
  en: { later: 'It is tried again by itself. If it stays, tell a Confluence administrator.', never: 'Only a Confluence administrator can put this right; tell them what stands here.' },
  de: {
    later: 'Es wird von selbst noch einmal versucht. Wenn es so bleibt, sagen Sie es der Confluence-Administration.',
    never: 'Das kann nur die Confluence-Administration richten; sagen Sie ihr, was hier steht.',
  },
} as const;
/** What a sender can do, where the account is the trouble; a limit passes by itself. */
const sendersHelp = (code: ErrorCode, language: Language): string | undefined =>
  isOfTheAccount(code) && code !== 'SENDING_LIMIT' ? SENDERS_HELP[language][isRetryable(code) ? 'later' : 'never'] : undefined;

/**
 * The sentence and the advice for a code, placeholders filled; an unknown placeholder becomes “…”, one in brackets of its own goes with them.
 */
export function describeError(
  code: ErrorCode,
  language: Language,
  params: Readonly<Record<string, string>> = {},
  reader: Reader = 'administrator',
): { sentence: string; help: string } {
  const text: ErrorText = ERRORS[code];
  const has = (name: string): boolean => Object.hasOwn(params, name);
  const fill = (template: string): string =>
    template
      .replace(/ \(\{(\w+)\}\)/g, (bracketed, name: string) => (has(name) ? bracketed : ''))
      .replace(/\{(\w+)\}/g, (_, name: string) => (has(name) ? (params[name] ?? '…') : '…'));
  const senders = reader === 'sender' ? sendersHelp(code, language) : undefined;
  return language === 'de'
    ? { sentence: fill(text.de), help: senders ?? fill(text.helpDe) }
    : { sentence: fill(text.en), help: senders ?? fill(text.helpEn) };
}

export const isRetryable = (code: ErrorCode): boolean => ERRORS[code].retryable;
