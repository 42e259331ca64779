/** Connections kept for a few seconds after a mail, so that the next one of the same account saves connecting, TLS and login. */
import { hash } from 'node:crypto';
import type { RelayAccount } from '#contract/relay/api';
import type { SmtpSession } from '#relay/submit/connect';

/** Messages over one connection; servers dislike endless sessions. */
const MAX_MESSAGES = 100;

export interface Pooled extends SmtpSession {
  /** Whether it has carried a mail before: the server may have closed it meanwhile. */
  readonly reused: boolean;
}
export interface Pool {
  /** A connection of this account: an idle one or a new one. Connections of different scopes are never exchanged. */
  acquire(account: RelayAccount, scope: string, open: () => Promise<SmtpSession>): Promise<Pooled>;
  /** Gives a connection back after a mail that went well. */
  release(session: Pooled): void;
  /** Ends a connection; what is under way on it fails. */
  discard(session: Pooled): void;
  idleCount(): number;
  close(): void;
}

interface Entry extends Pooled {
  readonly key: string;
  readonly messages: number;
}

/** `idleMs` 0 keeps none. */
export function createPool(idleMs: number): Pool {
  const idle = new Map<string, { entry: Entry; timer: NodeJS.Timeout }[]>();
  const end = (entry: SmtpSession): void => entry.connection.quit();
  const take = (key: string): Entry | undefined => {
    for (;;) {
      const found = idle.get(key)?.pop();
      if (!found) return void idle.delete(key) as undefined;
      clearTimeout(found.timer);
      if (!found.entry.connection.destroyed) return found.entry;
    }
  };
  const drop = (key: string, entry: Entry): void => {
    const rest = idle.get(key)?.filter((other) => other.entry !== entry) ?? [];
    if (rest.length > 0) idle.set(key, rest);
    else idle.delete(key);
    end(entry);
  };
  return {
    async acquire(account, scope, open) {
      const key = `${scope}:${keyOf(account)}`;
      const entry = take(key);
      const next: Entry = entry
        ? { ...entry, reused: true, messages: entry.messages + 1 }
        : { ...(await open()), key, reused: false, messages: 1 };
      return next;
    },
    release(session) {
      const entry = session as Entry;
      if (idleMs === 0 || entry.messages >= MAX_MESSAGES || entry.connection.destroyed) return end(entry);
      const timer = setTimeout(() => drop(entry.key, entry), idleMs);
      idle.set(entry.key, [...(idle.get(entry.key) ?? []), { entry, timer }]);
    },
    discard: ({ connection }) => connection.close(),
    idleCount: () => [...idle.values()].reduce((sum, list) => sum + list.length, 0),
    close() {
      for (const { entry, timer } of [...idle.values()].flat()) {
        clearTimeout(timer);
        end(entry);
      }
      idle.clear();
    },
  };
}

/** Same host, port, protection and credentials; a digest, so that the map holds no secret. */
const keyOf = (account: RelayAccount): string => hash('sha256', JSON.stringify(account), 'base64url');
