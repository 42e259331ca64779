import { labelOf } from '#app/delivery/job';
import type { SendJob } from '#app/send/model';
import { describeError } from '#contract/errors';
import { escapeAttribute, escapeText } from '#mail/render/escape';

/** Recipients named in one mail. */
const MAX_NAMED = 50;

const WORDS = {
  en: {
    subject: (subject: string) => `Not delivered: ${subject}`,
    intro: (subject: string) => `Your mail “${subject}” did not reach everybody:`,
    unknown: (subject: string) => `Nobody knows whether your mail “${subject}” arrived:`,
    more: (count: number) => `and ${count} more`,
    outro: 'Open “Send as mail” on the page to see what can be done.',
    open: 'Open the page',
  },
  de: {
    subject: (subject: string) => `Nicht zugestellt: ${subject}`,
    intro: (subject: string) => `Ihre Mail „${subject}“ hat nicht alle erreicht:`,
    unknown: (subject: string) => `Niemand weiß, ob Ihre Mail „${subject}“ angekommen ist:`,
    more: (count: number) => `und ${count} weitere`,
    outro: 'Öffnen Sie „Als Mail senden“ auf der Seite, um zu sehen, was zu tun ist.',
    open: 'Seite öffnen',
  },
} as const;

export interface FailureText {
  readonly subject: string;
  /** A whole HTML document. */
  readonly html: string;
  readonly text: string;
}

/** Somebody who did not get the mail, and why; without a reason also the line that counts those who are not named. */
interface Line {
  readonly name: string;
  readonly why?: string;
}

/**
 * What a sender reads by mail about a job that ended without reaching everybody. Names and addresses are those the sender chose,
 * reasons are sentences of the table of errors; at most 50 recipients are named.
 */
export function failureText(job: SendJob): FailureText {
  const words = WORDS[job.language];
  const subject = words.subject(job.subject);
  const intro = job.progress.state === 'unknown' ? words.unknown(job.subject) : words.intro(job.subject);
  const lines = linesOf(job);
  const url = pageUrl(job);
  const text = [
    intro,
    '',
    ...lines.map(({ name, why }) => `- ${why ? `${name}: ${why}` : name}`),
    '',
    words.outro,
    ...(url ? [url] : []),
    '',
  ].join('\n');
  return { subject, html: htmlOf(job.language, subject, intro, lines, url), text };
}

function linesOf({ recipients, progress, language }: SendJob): Line[] {
  const whole = 'error' in progress ? progress.error : undefined;
  const missed = recipients.filter(({ state }) => state !== 'accepted');
  const lines = missed.slice(0, MAX_NAMED).map((recipient): Line => {
    const error = recipient.error ?? whole;
    const why = error && describeError(error.code, language, error.params, 'sender');
    return { name: labelOf(recipient.target), ...(why ? { why: `${why.sentence} ${why.help}`.trim() } : {}) };
  });
  return missed.length > MAX_NAMED ? [...lines, { name: WORDS[language].more(missed.length - MAX_NAMED) }] : lines;
}

/** Confluence leads from the id to the page's own address, also for a blog post and after a page was renamed. */
function pageUrl({ page }: SendJob): string | undefined {
  const path = `/wiki/pages/viewpage.action?pageId=${page.id}`;
  return URL.canParse(path, page.spaceUrl) ? new URL(path, page.spaceUrl).href : undefined;
}

const FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.5";

function htmlOf(language: 'en' | 'de', title: string, intro: string, lines: readonly Line[], url: string | undefined): string {
  const words = WORDS[language];
  const row = ({ name, why }: Line): string =>
    `<li style="margin:0 0 8px"><strong>${escapeText(name)}</strong>${why ? `<br>${escapeText(why)}` : ''}</li>`;
  const link = url ? ` <a href="${escapeAttribute(url)}">${words.open}</a>` : '';
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<meta name="color-scheme" content="light dark"><title>${escapeText(title)}</title></head>` +
    `<body style="margin:0;padding:20px 24px;max-width:640px;${FONT}"><p style="margin:0 0 12px">${escapeText(intro)}</p>` +
    `<ul style="margin:0 0 12px;padding:0 0 0 24px">${lines.map(row).join('')}</ul><p style="margin:0">${escapeText(words.outro)}${link}</p></body></html>`
  );
}
