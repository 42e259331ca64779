import { NeedsAuthenticationError } from '@forge/api';
import { makeResolver, type Request } from '@forge/resolver';
import * as z from 'zod';
import { AppFailure, toFailure } from '#app/failure';
import { errorChain, type LogFacts, log, misfits } from '#app/log';
import type { PageRef } from '#app/model';
import type { SpaceId } from '#contract/draft';
import { type AccountId, accountIdSchema, contentIdSchema, spaceIdSchema } from '#contract/draft';
import { fail, ok, type Result } from '#contract/result';

/** Who calls, and about what: from the platform's context, never from the payload. */
export interface Caller {
  readonly accountId: AccountId;
  /** The page or blog post whose menu opened the dialog. @throws AppFailure PAGE_NOT_FOUND */
  page(): PageRef;
  /** The space whose settings are open. @throws AppFailure SPACE_NOT_FOUND */
  space(): SpaceId;
  readonly language: 'en' | 'de';
}

type Table = Readonly<Record<string, { readonly payload: z.ZodType; readonly value: z.ZodType }>>;
/** One function for each name of the contract. */
export type Handlers<T extends Table> = {
  readonly [N in keyof T]: (payload: z.output<T[N]['payload']>, caller: Caller) => Promise<z.output<T[N]['value']>>;
};

const contextSchema = z.object({
  accountId: accountIdSchema,
  locale: z.string().optional().catch(undefined),
  extension: z
    .object({
      content: z
        .object({ id: z.coerce.string().pipe(contentIdSchema), type: z.enum(['page', 'blogpost']) })
        .optional()
        .catch(undefined),
      space: z
        .object({ id: z.coerce.string().pipe(spaceIdSchema) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

function callerOf(context: unknown): Caller {
  const parsed = contextSchema.safeParse(context);
  if (!parsed.success) throw new AppFailure('NOT_SIGNED_IN');
  const { accountId, locale, extension } = parsed.data;
  return {
    accountId,
    page() {
      if (!extension?.content) throw new AppFailure('PAGE_NOT_FOUND');
      return extension.content;
    },
    space() {
      if (!extension?.space) throw new AppFailure('SPACE_NOT_FOUND');
      return extension.space.id;
    },
    language: locale?.toLowerCase().startsWith('de') ? 'de' : 'en',
  };
}

/** Forge's request to a resolver: the name called and the front end's payload, and the platform's context. */
type Invoke = ReturnType<typeof makeResolver>;

/**
 * The Forge function for a table of the contract: parses the payload, runs the handler, and turns every failure into a coded
 * result. Names outside the table, inherited ones too, are refused. Logs the name and the code, nothing of the content.
 */
export function createResolver<T extends Table>(table: T, handlers: Handlers<T>): Invoke {
  const functions = Object.keys(table).map((name) => [
    name,
    ({ payload, context }: Request) => run(name, () => call(table, handlers, name, payload, context)),
  ]);
  const invoke: Invoke = makeResolver(Object.fromEntries(functions));
  return async (request, backend) => {
    if (!Object.hasOwn(table, request.call.functionKey)) return fail('INVALID_REQUEST');
    return invoke(request, backend);
  };
}

async function call<T extends Table>(table: T, handlers: Handlers<T>, name: keyof T & string, payload: unknown, context: unknown) {
  const parsed = table[name]?.payload.safeParse(payload);
  if (!parsed?.success) throw new AppFailure('INVALID_REQUEST', undefined, { cause: parsed?.error });
  return handlers[name](parsed.data as z.output<T[typeof name]['payload']>, callerOf(context));
}

async function run<V>(name: string, handle: () => Promise<V>): Promise<Result<V>> {
  try {
    return ok(await handle());
  } catch (error) {
    // Forge asks the person to let the app act for them only when its own error leaves the function.
    const consent = missingConsent(error);
    if (consent) throw consent;
    const failure = toFailure(error);
    log('resolver failed', { name, code: failure.code, errors: errorChain(error), ...where(error) });
    return { ok: false, error: failure };
  }
}

/** Which fields of a payload, or of Confluence's answer, were not understood. */
const where = (error: unknown): LogFacts =>
  error instanceof AppFailure && error.cause instanceof z.ZodError ? { fields: misfits(error.cause) } : {};

/** Forge's error for a person who has not yet let the app act for them, wherever a layer keeps it as cause. */
function missingConsent(error: unknown): NeedsAuthenticationError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) if (each instanceof NeedsAuthenticationError) return each;
  return undefined;
}
