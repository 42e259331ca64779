/** What crosses between the host and a worker that runs the app's functions. */

/** A request as it crosses: structured-clonable. */
export interface WireRequest {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: ArrayBuffer;
}
export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: ArrayBuffer;
}

/** First argument of `__forge_fetch__`. */
export interface FetchTarget {
  readonly type: string;
  readonly provider?: string;
  readonly remote?: string;
  readonly service?: string;
  readonly accountId?: string;
  readonly contextAri?: string;
}

/** What `__forge_runtime__` shows during one invocation, without its functions. */
export interface RuntimeFacts {
  readonly proxy: { readonly token: string; readonly url: string };
  readonly contextAri: string;
  readonly appContext: Readonly<Record<string, unknown>>;
  readonly aaid?: string;
  readonly tracing: { readonly traceId: string; readonly spanId: string };
  readonly awsRequestId: string;
}

export interface InvokeMessage {
  readonly type: 'invoke';
  readonly id: string;
  /** Export of the bundle. */
  readonly handler: string;
  /** JSON text of the list of arguments. */
  readonly args: string;
  readonly runtime: RuntimeFacts;
  /** When the function is ended, ms since the epoch. */
  readonly deadline: number;
}

export type ToWorker =
  | InvokeMessage
  | { readonly type: 'response'; readonly call: number; readonly response: WireResponse }
  | { readonly type: 'refused'; readonly call: number; readonly message: string };

export type FromWorker =
  | { readonly type: 'ready' }
  | {
      readonly type: 'fetch';
      readonly id: string;
      readonly call: number;
      readonly target: FetchTarget;
      readonly path: string;
      readonly init: WireRequest;
    }
  | { readonly type: 'egress'; readonly id: string; readonly call: number; readonly url: string; readonly init: WireRequest }
  | { readonly type: 'log'; readonly id: string; readonly level: string; readonly text: string }
  | { readonly type: 'done'; readonly id: string; readonly result?: string }
  | { readonly type: 'threw'; readonly id: string; readonly name: string; readonly message: string; readonly stack: string };

/** A request's parts, its body read to the end. */
export async function toWireRequest(request: { method?: string; headers?: HeadersInit; body?: BodyInit | null }): Promise<WireRequest> {
  const headers = new Headers(request.headers);
  const method = (request.method ?? 'GET').toUpperCase();
  if (request.body === undefined || request.body === null) return { method, headers: [...headers] };
  const body = new Response(request.body);
  const type = body.headers.get('content-type');
  if (type && !headers.has('content-type')) headers.set('content-type', type);
  return { method, headers: [...headers], body: await body.arrayBuffer() };
}

export async function toWireResponse(response: Response): Promise<WireResponse> {
  const body = await response.arrayBuffer();
  const { status, statusText } = response;
  return { status, statusText, headers: [...response.headers], ...(body.byteLength > 0 ? { body } : {}) };
}

/** Statuses whose Response must have no body (Fetch standard, null body status). */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

export function fromWireResponse(wire: WireResponse): Response {
  const body = NULL_BODY.has(wire.status) ? null : (wire.body ?? new ArrayBuffer(0));
  return new Response(body, {
    status: wire.status,
    statusText: wire.statusText,
    headers: wire.headers.map(([name, value]) => [name, value]),
  });
}
