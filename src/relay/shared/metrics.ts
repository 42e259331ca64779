/** Prometheus metrics of one relay. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Marks } from '#relay/shared/log';

export interface Metrics {
  /** One request to the API ended: its outcome, its steps in ms, its size in bytes. */
  transaction(route: string, outcome: string, ms: Marks, bytes: number): void;
  started(): void;
  ended(): void;
  quotaRefused(quota: string): void;
  tokenRefused(): void;
  /** Text in Prometheus's exposition format. */
  text(): Promise<string>;
}

export interface Gauges {
  keySetAgeSeconds(): number | undefined;
  idleConnections(): number;
  storeHealthy(): boolean;
}

const SECONDS_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const transactions = new Counter({
    name: 'pagemail_relay_transactions_total',
    help: 'Requests by route and outcome',
    labelNames: ['route', 'outcome'],
    registers,
  });
  const steps = new Histogram({
    name: 'pagemail_relay_step_seconds',
    help: 'Time since the start of the request at which a step had ended',
    labelNames: ['step'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const bytes = new Counter({ name: 'pagemail_relay_bytes_total', help: 'Bytes of mail handed to mail servers', registers });
  const inFlight = new Gauge({ name: 'pagemail_relay_in_flight', help: 'Requests under way', registers });
  const quotas = new Counter({
    name: 'pagemail_relay_quota_refusals_total',
    help: 'Requests refused because a quota was full',
    labelNames: ['quota'],
    registers,
  });
  const tokens = new Counter({ name: 'pagemail_relay_token_failures_total', help: 'Requests with a bad invocation token', registers });
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read() ?? -1) });
  };
  gauge(
    'pagemail_relay_key_set_age_seconds',
    'Age of the key set of the invocation tokens; -1 before the first fetch',
    gauges.keySetAgeSeconds,
  );
  gauge('pagemail_relay_idle_connections', 'Idle connections to mail servers', gauges.idleConnections);
  gauge('pagemail_relay_store_shared', '1 while the shared store answers, 0 while this process counts by itself', () =>
    Number(gauges.storeHealthy()),
  );
  gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  return {
    transaction(route, outcome, ms, size) {
      transactions.inc({ route, outcome });
      for (const [step, value] of Object.entries(ms)) steps.observe({ step }, value / 1000);
      if (size > 0) bytes.inc(size);
    },
    started: () => inFlight.inc(),
    ended: () => inFlight.dec(),
    quotaRefused: (quota) => quotas.inc({ quota }),
    tokenRefused: () => tokens.inc(),
    text: () => registry.metrics(),
  };
}
