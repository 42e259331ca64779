import { createHash } from 'node:crypto';
import { describeError, type Language } from '#contract/errors';
import type { SendRequest } from '#contract/relay/api';
import type { Failure } from '#contract/result';
import type { MailAccount } from '#contract/settings/parts';
import type { MailAddress } from '#mail/address';
import { buildMessage } from '#mail/message';
import { escapeText } from '#mail/render/escape';

/** What is the matter with an account: it does not work, or its consent ends soon. */
export interface Trouble {
  readonly name: string;
  readonly failure?: Failure;
  readonly ends?: Date;
}

const WORDS = {
  en: {
    intro: 'These mail accounts of Pagemail need an administrator:',
    ends: (day: string) =>
      `Its consent at the provider ends on ${day}. Get a new refresh token and enter it in the settings before that day.`,
    said: 'The server said:',
    outro: 'Open the settings of Pagemail in Confluence to set this right. The accounts are tested again every week.',
  },
  de: {
    intro: 'Diese Mailkonten von Pagemail brauchen die Administration:',
    ends: (day: string) =>
      `Die Zustimmung beim Anbieter endet am ${day}. Holen Sie vor diesem Tag ein neues Refresh-Token und tragen Sie es in den Einstellungen ein.`,
    said: 'Der Server sagte:',
    outro: 'Öffnen Sie die Einstellungen von Pagemail in Confluence, um das zu richten. Die Konten werden jede Woche neu getestet.',
  },
} as const;
const SUBJECT = 'Pagemail: a mail account needs attention / ein Mailkonto braucht Aufmerksamkeit';

/** A mail to an administrator about accounts in trouble, in both languages, since nobody is signed in whose language could be asked. */
export function accountMail(
  from: MailAccount,
  to: MailAddress,
  troubles: readonly Trouble[],
  now: Date,
): Pick<SendRequest, 'envelope' | 'message'> & { readonly key: string } {
  const parts = (['en', 'de'] as const).map((language) => ({ language, lines: linesOf(troubles, language) }));
  const text = parts.map(({ language, lines }) =>
    [WORDS[language].intro, '', ...lines.map((line) => `- ${line}`), '', WORDS[language].outro].join('\n'),
  );
  const html = parts.map(({ language, lines }) => section(language, lines));
  const random = createHash('sha256').update(`accounts\n${to}\n${now.toISOString()}`).digest('hex').slice(0, 32);
  const message = buildMessage({
    from: { address: from.fromAddress, name: from.fromName },
    to: [{ address: to }],
    cc: [],
    subject: SUBJECT,
    random,
    date: now,
    language: 'en',
    mail: { html: documentOf(html), text: `${text.join('\n\n')}\n`, images: [] },
    attachments: [],
    autoSubmitted: 'auto-generated',
  });
  return { envelope: { from: from.fromAddress, to: [to] }, message, key: `accounts.${random}` };
}

function linesOf(troubles: readonly Trouble[], language: Language): string[] {
  const words = WORDS[language];
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  return troubles.map(({ name, failure, ends }) => {
    const why = failure && describeError(failure.code, language, failure.params);
    const said = failure?.reply ? `${words.said} “${failure.reply}”` : '';
    return [`${name}:`, why?.sentence, why?.help, said, ends && words.ends(day.format(ends))].filter(Boolean).join(' ');
  });
}

const section = (language: Language, lines: readonly string[]): string =>
  `<div lang="${language}" style="margin:0 0 24px"><p style="margin:0 0 12px">${WORDS[language].intro}</p>` +
  `<ul style="margin:0 0 12px;padding:0 0 0 24px">${lines.map((line) => `<li style="margin:0 0 8px">${escapeText(line)}</li>`).join('')}</ul>` +
  `<p style="margin:0">${WORDS[language].outro}</p></div>`;

const documentOf = (sections: readonly string[]): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">` +
  `<title>${SUBJECT}</title></head><body style="margin:0;padding:20px 24px;max-width:640px;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5">${sections.join('')}</body></html>`;
