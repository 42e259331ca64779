/** A local site and a browser for tests that click as a person would. */
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import PostalMime, { type Email } from 'postal-mime';
import type { StoredMessage } from '#local/model';
import { type LocalSite, type LocalSiteOptions, startLocalSite } from '#local/site';
import { eventually, openBrowser, type VisitOptions, type Visitor } from '#test/e2e/browser';

export interface Stage {
  readonly site: LocalSite;
  /** Opens the site in a fresh browser profile with this person signed in. */
  visit(username: string, options?: VisitOptions): Promise<Visitor>;
  /** What people sent that lies in the inbox, oldest first, once there are `count` mails and nothing more is under way. */
  mails(count: number): Promise<StoredMessage[]>;
  /** The same for what the app told senders by itself. */
  notices(count: number): Promise<StoredMessage[]>;
}

/** One browser and one site. The pauses between attempts are shortened. */
export async function openStage(options: Partial<LocalSiteOptions> = {}): Promise<Stage & AsyncDisposable> {
  const site = await startLocalSite({ port: 0, inboxPort: 0, queue: { delayFactor: 0.001 }, ...options });
  const browser = await openBrowser().catch(async (cause) => {
    await site.close();
    throw cause;
  });
  return {
    site,
    visit: (username, wishes) => browser.visit(site.url, username, wishes),
    mails: (count) => mailsOf(site, count, false),
    notices: (count) => mailsOf(site, count, true),
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await site.close();
    },
  };
}

/** The stage of the suite that calls this: there from its first test to its last; before each one the inbox is empty and takes every mail. */
export function suiteStage(options: Partial<LocalSiteOptions> = {}): Stage {
  let stage: (Stage & AsyncDisposable) | undefined;
  const opened = (): Stage => {
    assert.ok(stage, 'the stage is open while a test runs');
    return stage;
  };
  before(async () => {
    stage = await openStage(options);
  });
  after(() => stage?.[Symbol.asyncDispose]());
  beforeEach(() => {
    opened().site.inbox.clear();
    opened().site.smtp.reset();
  });
  return {
    get site() {
      return opened().site;
    },
    visit: (username, wishes) => opened().visit(username, wishes),
    mails: (count) => opened().mails(count),
    notices: (count) => opened().notices(count),
  };
}

/** Mails the app wrote by itself: what tells a sender that somebody was not reached. */
const isAutomatic = ({ raw }: StoredMessage): boolean => /^Auto-Submitted: auto-generated/im.test(Buffer.from(raw).toString('latin1'));

async function mailsOf(site: LocalSite, count: number, automatic: boolean): Promise<StoredMessage[]> {
  const all = () =>
    site.inbox
      .list()
      .toReversed()
      .flatMap(({ id }) => site.inbox.get(id) ?? [])
      .filter((each) => isAutomatic(each) === automatic);
  await eventually(`${count} mails in the inbox`, () => all().length >= count);
  await site.host.queue.idle();
  const mails = all();
  assert.equal(mails.length, count, `${count} mails and no more: ${mails.map(({ subject }) => subject).join(', ')}`);
  return mails;
}

export const parseMail = (raw: Uint8Array): Promise<Email> => PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });

/** Bytes of an attachment of the demo. */
export async function fileBytes(site: LocalSite, attachmentId: string): Promise<Buffer> {
  const file = site.directory.site.attachments.find(({ id }) => id === attachmentId);
  assert.ok(file, `the site has the attachment ${attachmentId}`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}
