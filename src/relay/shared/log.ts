/** Log lines: JSON, one for each transaction, without address, subject, host name or secret. */
import { hash } from 'node:crypto';
import pino from 'pino';

/** Durations of the steps of one transaction, in ms since its start, by the step that ended. */
export type Marks = Record<string, number>;

export interface TransactionLine {
  readonly route: string;
  readonly installation?: string | undefined;
  /** `SENT`, `PARTLY_SENT`, `VERIFIED`, or a code of the error table. */
  readonly outcome: string;
  readonly status: number;
  readonly accepted?: number;
  readonly rejected?: number;
  readonly bytes?: number;
  readonly ms: Marks;
  readonly trace?: string | undefined;
  /** Digest of the mail server's name. */
  readonly account?: string | undefined;
  readonly replayed?: boolean;
}

export interface Log {
  transaction(line: TransactionLine): void;
  dialogue(installation: string, trace: string | undefined, lines: readonly string[]): void;
  info(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
  warn(message: string, facts?: Readonly<Record<string, string | number | boolean>>): void;
  /** A fault of the relay itself. The error's class and stack frames are logged, its message is not: it may hold anything. */
  fault(error: unknown, trace: string | undefined): void;
}

export function createLog(level: string, target?: { write(line: string): void }): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    target ?? pino.destination({ fd: 1, sync: true }),
  );
  return {
    transaction: (line) => logger.info(line, 'transaction'),
    dialogue: (installation, trace, lines) => logger.info({ installation, trace, lines }, 'dialogue'),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    fault(error, trace) {
      const frames =
        error instanceof Error
          ? (error.stack ?? '')
              .replace(error.message, '')
              .split('\n')
              .filter((line) => /^\s+at /.test(line))
              .slice(0, 8)
              .map((line) => line.trim())
          : [];
      logger.error({ trace, kind: error instanceof Error ? error.name : typeof error, frames }, 'fault');
    },
  };
}

/** Twelve hex digits that stand for a host name. */
export const hostDigest = (host: string): string => hash('sha256', host.toLowerCase(), 'hex').slice(0, 12);

/** Zipkin trace id as Forge sends it, or nothing (B3 propagation: 16 or 32 hex digits). */
export const traceIdOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' && /^[0-9a-f]{16}([0-9a-f]{16})?$/i.test(header) ? header : undefined;

/** A line of the SMTP dialogue, or a reply of several, with addresses, the account's `user` and anything like a credential replaced. */
export const maskLine = (line: string, user = ''): string =>
  line
    .replace(/<[^>]*>/g, '<…>')
    .replaceAll(user || '\0', '…')
    .replace(/("[^"]*"|[^\s<>,;:()"]+)@[^\s<>,;:()"]+/g, '…')
    .replace(/^(AUTH \S+).*/i, '$1 …')
    .replace(/^(334)[ -].*/gm, '$1 …')
    .slice(0, 500);
