import type { EffectiveEncryption } from '#app/keys/effective';
import type { PolicyPage } from '#app/policy/decide';
import type { Fingerprint, KeySource, Protocol } from '#contract/keys/keys';
import type { Failure } from '#contract/result';
import { matchesDomain, type Place } from '#contract/settings/policy-rules';
import { domainOf } from '#mail/address';

/**
 * Who gets a mail encrypted, how, and what happens to those without a key. Dialog, preview, delivery and history all ask this one function,
 * so that what was shown is what is sent. Pure.
 */

/** A key that may be used for an address now. */
export interface UsableKey {
  readonly protocol: Protocol;
  readonly fingerprint: Fingerprint;
  readonly source: KeySource;
}
/** What is known of an address's keys today: the best of each protocol, and why there is none. */
export interface KeysOfAddress {
  readonly smime?: UsableKey | undefined;
  readonly openpgp?: UsableKey | undefined;
  readonly problem?: KeyProblemOf | undefined;
}
export interface KeyProblemOf {
  readonly code: string;
  readonly params?: Readonly<Record<string, string>>;
}

export interface PlannedReader {
  readonly address: string;
  readonly place: Place;
}

/** What one reader gets. */
export type Outcome =
  | { readonly kind: Protocol; readonly key: UsableKey; readonly gateway: boolean }
  | { readonly kind: 'plain'; readonly problem?: KeyProblemOf | undefined }
  /** A neutral mail with the page's link alone. */
  | { readonly kind: 'notice'; readonly problem: KeyProblemOf }
  | { readonly kind: 'refused'; readonly problem: KeyProblemOf };

export interface PlanRequest {
  readonly policy: EffectiveEncryption;
  readonly page: PolicyPage;
  readonly readers: readonly PlannedReader[];
  readonly keysOf: (address: string) => KeysOfAddress;
  /** The certificate of a domain's mail gateway, where it is in the address book and usable. */
  readonly gatewayKey: (fingerprint: Fingerprint) => UsableKey | undefined;
  /** The sender's own choice where the policy leaves one; absent: as the policy does by itself. */
  readonly encrypt?: boolean | undefined;
}
export interface Plan {
  /** In the order of the readers. */
  readonly outcomes: readonly Outcome[];
  /** Why nothing is sent to anybody. */
  readonly refusal?: Failure | undefined;
}

const NO_KEY: KeyProblemOf = { code: 'NO_KEY' };

export function planEncryption(request: PlanRequest): Plan {
  const outcomes = request.readers.map((reader) => outcomeFor(request, reader));
  const missing = request.readers.filter((reader, at) => outcomes[at]?.kind === 'refused' && isRequired(request, reader));
  const refuses = request.policy.withoutKey === 'refuse-mail' && missing.length > 0;
  return { outcomes, ...(refuses ? { refusal: { code: 'ENCRYPTION_REQUIRED' as const, params: { count: String(missing.length) } } } : {}) };
}

function outcomeFor(request: PlanRequest, reader: PlannedReader): Outcome {
  const { policy } = request;
  const isDemanded = isRequired(request, reader);
  const isWanted = isDemanded || (policy.encrypt === 'if-possible' && request.encrypt !== false);
  if (!isWanted) return { kind: 'plain' };
  const { key, gateway, problem } = chosenKey(request, reader);
  if (key) return { kind: key.protocol, key, gateway };
  return isDemanded ? withoutKey(policy, problem) : { kind: 'plain', problem };
}

/** What the policy does with a reader who must get it encrypted and has no usable key. */
function withoutKey({ withoutKey: rule }: EffectiveEncryption, problem: KeyProblemOf): Outcome {
  if (rule === 'send') return { kind: 'plain', problem };
  return { kind: rule === 'notice' ? 'notice' : 'refused', problem };
}

/** Whether this reader may get the page encrypted only. */
export function isRequired({ policy, page }: Pick<PlanRequest, 'policy' | 'page'>, { address, place }: PlannedReader): boolean {
  if (policy.encrypt === 'always' || rulesFor(policy, address).length > 0) return true;
  const { restrictedPages, labels, outsideOnly } = policy.requiredFor;
  if (outsideOnly && place === 'site') return false;
  const ofPage = new Set(page.labels.map((label) => label.toLowerCase()));
  return (restrictedPages && page.restricted) || labels.some((label) => ofPage.has(label));
}

const rulesFor = ({ domains }: EffectiveEncryption, address: string) =>
  domains.filter(({ domain }) => matchesDomain(domainOf(address), domain));

function chosenKey(
  request: PlanRequest,
  { address }: PlannedReader,
): { readonly key: UsableKey | undefined; readonly gateway: boolean; readonly problem: KeyProblemOf } {
  const gateway = rulesFor(request.policy, address).find((rule) => rule.rule === 'gateway');
  if (gateway) {
    const key = request.gatewayKey(gateway.fingerprint);
    return { key, gateway: true, problem: { code: 'NO_GATEWAY_CERTIFICATE', params: { domain: gateway.domain } } };
  }
  const keys = request.keysOf(address);
  const { protocols } = request.policy;
  const order: readonly Protocol[] = protocols.startsWith('openpgp') ? ['openpgp', 'smime'] : ['smime', 'openpgp'];
  const allowed = protocols.endsWith('-only') ? order.slice(0, 1) : order;
  const key = allowed.map((protocol) => keys[protocol]).find((each) => each !== undefined);
  return { key, gateway: false, problem: keys.problem ?? NO_KEY };
}

// --- which messages that makes -------------------------------------------------------------------------------------------------

/** One message: everybody in it may know of everybody else in it. */
export interface Audience<T> {
  readonly kind: Outcome['kind'];
  readonly readers: readonly T[];
}

/**
 * The messages that the readers become. People in To and Cc with the same kind of mail share one; whoever is in Bcc gets an encrypted one of
 * their own, because the list of recipients inside both formats names its readers, and a notice of their own, because its header would.
 * `individual`: everybody has one. Order is kept; who is refused is in none.
 */
export function audiencesOf<T extends { readonly outcome: Outcome; readonly isBlind: boolean }>(
  readers: readonly T[],
  individual: boolean,
): Audience<T>[] {
  const shared = new Map<Outcome['kind'], T[]>();
  const audiences: Audience<T>[] = [];
  for (const reader of readers) {
    const { kind } = reader.outcome;
    if (kind === 'refused') continue;
    const group = shared.get(kind);
    const isAlone = individual || (reader.isBlind && kind !== 'plain');
    if (isAlone) audiences.push({ kind, readers: [reader] });
    else if (group) group.push(reader);
    else {
      const first = [reader];
      shared.set(kind, first);
      audiences.push({ kind, readers: first });
    }
  }
  return audiences;
}
