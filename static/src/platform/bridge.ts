import { makeInvoke, permissions, requestConfluence, router, view } from '@forge/bridge';
import type { RELAY_REMOTE } from '#contract/modules';
import type { Result } from '#contract/result';
import type { AdminPayloadInput, AdminResolverName, AdminValue } from '#contract/screens/administration';
import type { PayloadInput, ResolverName, Value } from '#contract/screens/resolvers';

/** Every function of the back end, those of administration included. */
export type CallName = ResolverName | AdminResolverName;
export type CallInput<N extends CallName> = N extends ResolverName
  ? PayloadInput<N>
  : N extends AdminResolverName
    ? AdminPayloadInput<N>
    : never;
export type CallValue<N extends CallName> = N extends ResolverName ? Value<N> : N extends AdminResolverName ? AdminValue<N> : never;

type Calls = { [N in CallName]: (payload: CallInput<N>) => Result<CallValue<N>> };
/** The typed call of the bridge, opened for a name that is itself a type parameter. */
const invoke = makeInvoke<Calls>() as <N extends CallName>(name: N, payload: CallInput<N>) => Promise<unknown>;

const isResult = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && 'ok' in answer;

/**
 * Calls a resolver. Never rejects: what the platform throws (an exception in the resolver, a lost connection) becomes a failure
 * of the one table, so that every caller handles one shape.
 */
export async function call<N extends CallName>(name: N, payload: CallInput<N>): Promise<Result<CallValue<N>>> {
  try {
    const answer: unknown = await invoke(name, payload);
    if (isResult(answer)) return answer as Result<CallValue<N>>;
    return { ok: false, error: { code: 'INTERNAL' } };
  } catch {
    return { ok: false, error: { code: navigator.onLine ? 'INTERNAL' : 'CONFLUENCE_UNAVAILABLE' } };
  }
}

export type Call = typeof call;

/** BCP 47 locale of the person, `en-US` when the platform does not say. */
export async function getLocale(): Promise<string> {
  try {
    return (await view.getContext()).locale ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

/** Closes the dialog that this page stands in; does nothing where there is none. */
export const closeDialog = (): void => void view.close().catch(() => undefined);

/** Opens a web address in a new tab: the frame itself may not. */
export const openAddress = (url: string): void => void router.open(url).catch(() => undefined);

/** Opens a page or blog post of this site in a new tab. */
export const openPage = (contentId: string): void => openAddress(`/wiki/pages/viewpage.action?pageId=${contentId}`);

/** The bytes of an attachment as this person may read them; undefined when Confluence does not hand them out. */
export async function loadAttachment(contentId: string, attachmentId: string, version: number): Promise<Blob | undefined> {
  try {
    const path = `/wiki/rest/api/content/${contentId}/child/attachment/${attachmentId}/download?version=${version}`;
    const response = await requestConfluence(path);
    return response.ok ? await response.blob() : undefined;
  } catch {
    return undefined;
  }
}

const RELAY: typeof RELAY_REMOTE = 'relay';

/** The relay's address as an administrator set it; empty when none is set. Rejects when the platform does not answer. */
export async function getRelayAddress(): Promise<string> {
  const { results } = await permissions.remote.get({ keys: [RELAY] });
  return results.find(({ key }) => key === RELAY)?.configured.endpoint ?? '';
}

/** Sets the relay's address. The platform asks the administrator to confirm, and rejects for everybody else. */
export async function setRelayAddress(endpoint: string): Promise<void> {
  await permissions.remote.set({ remotes: [{ key: RELAY, configured: { endpoint } }] });
}
