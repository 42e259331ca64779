/** The mails that the inbox has taken, newest first, with their header fields read once on arrival. */
import { randomUUID } from 'node:crypto';
import PostalMime, { type Address } from 'postal-mime';
import type { InboxHost, StoredMessage } from '#local/model';

/** Mails kept; older ones are dropped. */
const MAX_MESSAGES = 1000;

const nameAndAddress = ({ name, address }: Address): string => (name && address ? `${name} <${address}>` : (address ?? name ?? ''));

/** The header with the empty line that ends it: bodies may be large and are read only when somebody looks. */
function headerOf(raw: Uint8Array): Uint8Array {
  const end = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(0, end + 4);
}

export interface InboxStore extends InboxHost {
  add(envelope: StoredMessage['envelope'], raw: Uint8Array): Promise<StoredMessage>;
}

/** `now` in ms. */
export function createInboxStore(siteUrl: string, now: () => number = Date.now): InboxStore {
  let messages: StoredMessage[] = [];
  const listeners = new Set<() => void>();
  const changeTo = (next: StoredMessage[]): void => {
    messages = next.slice(0, MAX_MESSAGES);
    for (const listener of listeners) listener();
  };
  return {
    siteUrl,
    list: () => messages.map(({ raw: _, ...message }) => message),
    get: (id) => messages.find((message) => message.id === id),
    remove: (id) => changeTo(messages.filter((message) => message.id !== id)),
    clear: () => changeTo([]),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add: async (envelope, raw) => {
      const parsed = await PostalMime.parse(headerOf(raw));
      const message: StoredMessage = {
        id: randomUUID(),
        receivedAt: new Date(now()).toISOString(),
        envelope,
        from: parsed.from ? nameAndAddress(parsed.from) : '',
        to: (parsed.to ?? []).map(nameAndAddress),
        cc: (parsed.cc ?? []).map(nameAndAddress),
        subject: parsed.subject ?? '',
        sizeBytes: raw.byteLength,
        raw,
      };
      changeTo([message, ...messages]);
      return message;
    },
  };
}
