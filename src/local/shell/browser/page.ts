import type { BridgeContext, ModulePlace, ShellModule } from '#local/model';

/** What the server wrote into the page for this script. */
export interface PageData {
  readonly app: string;
  readonly isSiteAdmin: boolean;
  readonly frameOrigin: string;
  readonly place: ModulePlace;
  readonly modules: readonly ShellModule[];
  readonly words: Readonly<Record<'close' | 'dismiss' | 'copied' | 'loading' | 'allowTitle' | 'allowText' | 'allow' | 'cancel', string>>;
}

export const pageData: PageData = JSON.parse(document.getElementById('shell-data')?.textContent ?? '{}');

export const colorMode = (): 'light' | 'dark' => (document.documentElement.dataset.colorMode === 'dark' ? 'dark' : 'light');

/** An element with attributes, text and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Asks the host behind the shell. Rejects with its sentence where it refuses. */
export async function askHost<T>(path: 'context' | 'invoke' | 'product' | 'remote/get' | 'remote/set', body: unknown): Promise<T> {
  const response = await fetch(`/_forge/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-pagemail-bridge': '1' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as T;
  const message = (answer as { error?: { message?: string } } | undefined)?.error?.message;
  throw new Error(message ?? `The site answered ${response.status}`);
}

export type { BridgeContext };
