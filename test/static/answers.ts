/** Answers of the back end for the browser tests, by resolver name. */

import type { ContentId } from '#contract/draft';
import type { JobState, JobStatus } from '#contract/jobs';
import { MAX_MESSAGE_BYTES, MAX_RECIPIENTS } from '#contract/limits';
import type { Result } from '#contract/result';
import type { AdminPayloadInput, AdminResolverName, AdminValue, SendRules } from '#contract/screens/administration';
import type { SendRecord } from '#contract/screens/history';
import type { PayloadInput, ResolverName, Value } from '#contract/screens/resolvers';
import type { Bridge } from '#test/static/harness';

type Handler<N extends ResolverName> = (payload: PayloadInput<N>) => Result<Value<N>> | Promise<Result<Value<N>>>;
type AdminHandler<N extends AdminResolverName> = (payload: AdminPayloadInput<N>) => Result<AdminValue<N>> | Promise<Result<AdminValue<N>>>;
export type Handlers = { [N in ResolverName]?: Handler<N> } & { [N in AdminResolverName]?: AdminHandler<N> };

const id = (text: string): ContentId => text as ContentId;
const accountId = (text: string) => text as Value<'send/open'>['me']['accountId'];
const groupId = (text: string) => text as Value<'send/find-recipients'>['groups'][number]['groupId'];

export const opened = (change: Partial<Value<'send/open'>> = {}): Result<Value<'send/open'>> => ({
  ok: true,
  value: {
    page: { id: id('1001'), type: 'page', title: 'Launch plan', url: 'http://localhost/wiki/x', spaceName: 'Product', spaceKey: 'PROD' },
    me: { accountId: accountId('me'), name: 'Ada Berg' },
    subject: '[Wiki] Launch plan',
    from: { name: 'Example wiki', address: 'wiki@example.org' },
    attachments: [
      { id: id('att1'), title: 'budget.xlsx', mediaType: 'application/vnd.ms-excel', sizeBytes: 48_213, version: 1 },
      { id: id('att2'), title: 'architecture.png', mediaType: 'image/png', sizeBytes: 1_843_200, version: 3 },
      {
        id: id('att3'),
        title: 'recording-of-the-very-long-meeting-about-the-launch.mp4',
        mediaType: 'video/mp4',
        sizeBytes: 20_971_520,
        version: 1,
      },
      { id: id('att4'), title: 'notes.txt', mediaType: 'text/plain', sizeBytes: 812, version: 1 },
    ],
    limits: { messageBytes: MAX_MESSAGE_BYTES, recipients: MAX_RECIPIENTS },
    ...change,
  },
});

/** What the policy means for the dialog: nothing is forbidden unless a test says so. */
export const rules = (change: Partial<SendRules> = {}): SendRules => ({
  toWhom: 'everyone',
  checkAddresses: false,
  attachments: { mode: 'all', extensions: [] },
  recipientsPerMail: 100,
  alwaysIndividual: false,
  identities: [{ identity: 'account', name: 'Example wiki', address: 'wiki@example.org' }],
  noteTemplate: '',
  contact: '',
  ...change,
});

/** A mail of this page that was sent before. */
export const sendRecord = (change: Partial<SendRecord> = {}): SendRecord => ({
  id: 'job-0',
  at: '2026-11-20T09:30:00Z',
  sender: { accountId: accountId('me'), name: 'Ada Berg' },
  page: { id: id('1001'), type: 'page', title: 'Launch plan', version: 3 },
  space: { id: '77' as SendRecord['space']['id'], key: 'PROD', name: 'Product' },
  subject: '[Wiki] Launch plan, first draft',
  recipients: { site: 2, outside: 1, accepted: 2, refused: 1 },
  outcome: 'partly-sent',
  individual: false,
  results: [
    { kind: 'user', field: 'to', state: 'accepted', accountId: accountId('grace'), label: 'Grace Holm' },
    { kind: 'user', field: 'cc', state: 'accepted', accountId: accountId('linus'), label: 'Linus Park' },
    { kind: 'address', field: 'to', state: 'refused', error: { code: 'RECIPIENT_REJECTED' } },
  ],
  ...change,
});

const PEOPLE = ['Ada Berg', 'Adam Sund', 'Grace Holm', 'Linus Park', 'Margarethe von Waldenburg-Hohenstein'];
const GROUPS = [
  { name: 'adhoc-reviewers', memberCount: 3 },
  { name: 'marketing', memberCount: 12 },
];

export const found = (query: string): Result<Value<'send/find-recipients'>> => {
  const matches = (name: string): boolean => name.toLowerCase().includes(query.toLowerCase());
  return {
    ok: true,
    value: {
      users: PEOPLE.filter(matches).map((name) => ({ accountId: accountId(name.split(' ')[0]?.toLowerCase() ?? ''), name })),
      groups: GROUPS.filter(({ name }) => matches(name)).map((group, at) => ({ groupId: groupId(`g${at}${group.name}`), ...group })),
    },
  };
};

export const MAIL_HTML = `<!doctype html><html><head><meta charset="utf-8"><title>Launch plan</title></head><body style="margin:0;font-family:sans-serif">
<div style="max-width:640px;margin:0 auto;padding:16px"><h1>Launch plan</h1><p>Everything for the <a href="https://example.org/launch">launch</a>.</p>
<img src="cid:att2.v3@pagemail" alt="Architecture" width="320" height="180"><table border="1"><tr><th>Step</th><th>Who</th></tr><tr><td>Design</td><td>Grace</td></tr></table>
<script>document.title = 'ran'; parent.document.title = 'ran'</script></div></body></html>`;

export const previewed = (change: Partial<Value<'send/preview'>> = {}): Result<Value<'send/preview'>> => ({
  ok: true,
  value: {
    html: MAIL_HTML,
    text: 'Launch plan\n===========\n\nEverything for the launch.',
    subject: '[Wiki] Launch plan',
    images: [{ cid: 'att2.v3@pagemail', contentId: id('1001'), attachmentId: id('att2'), version: 3, mediaType: 'image/png' }],
    sizeBytes: { html: 4000, text: 900, images: 1_843_200, attachments: 0, total: 2_530_000 },
    recipientCount: 4,
    warnings: [
      { code: 'EXTERNAL_RECIPIENTS', subjects: ['partner@example.com'] },
      { code: 'CANNOT_VIEW_PAGE', subjects: ['Linus Park', 'Grace Holm'] },
      { code: 'MACRO_NOT_SHOWN', subjects: ['Jira issues'] },
    ],
    ...change,
  },
});

export const jobStatus = (state: JobState, change: Partial<JobStatus> = {}): Result<JobStatus> => ({
  ok: true,
  value: {
    jobId: 'job-1',
    state,
    attempt: 1,
    createdAt: '2026-11-23T10:00:00Z',
    updatedAt: '2026-11-23T10:00:05Z',
    subject: '[Wiki] Launch plan',
    recipients: [{ label: 'Grace Holm', kind: 'user', field: 'to', state: state === 'sent' ? 'accepted' : 'waiting' }],
    canRetry: false,
    ...change,
  },
});

/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A bridge whose resolvers are the given ones; calls are noted in `calls`. */
export function bridgeOf(
  handlers: Handlers,
  other: Bridge = () => undefined,
): { bridge: Bridge; calls: { name: string; payload: unknown }[] } {
  const calls: { name: string; payload: unknown }[] = [];
  const all: Handlers = {
    'send/open': () => opened(),
    'send/find-recipients': ({ query }) => found(query),
    'send/preview': () => previewed(),
    ...handlers,
  };
  const bridge: Bridge = (command, payload) => {
    if (command === 'fetchProduct')
      return { body: PIXEL, headers: { 'content-type': 'image/png' }, status: 200, statusText: 'OK', isAttachment: true };
    if (command !== 'invoke') {
      calls.push({ name: command, payload });
      return other(command, payload);
    }
    const { functionKey, payload: input } = payload as { functionKey: ResolverName | AdminResolverName; payload: never };
    calls.push({ name: functionKey, payload: input });
    const handler = all[functionKey] as ((input: never) => unknown) | undefined;
    if (!handler) throw new Error(`no answer for ${functionKey}`);
    return handler(input);
  };
  return { bridge, calls };
}
