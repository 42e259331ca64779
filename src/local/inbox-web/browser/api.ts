/** What the inbox's API answers. */
export interface Summary {
  readonly id: string;
  readonly receivedAt: string;
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly size: number;
}
export interface Part {
  readonly index: number;
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly inline: boolean;
  readonly cid?: string;
}
export interface Mail extends Summary {
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly Part[];
}

const json = async <T>(path: string): Promise<T | undefined> => {
  const response = await fetch(path);
  return response.ok ? ((await response.json()) as T) : undefined;
};

export const listMails = async (): Promise<readonly Summary[]> => (await json<readonly Summary[]>('/api/messages')) ?? [];
export const readMail = (id: string): Promise<Mail | undefined> => json<Mail>(`/api/messages/${encodeURIComponent(id)}`);
export const rawAddress = (id: string): string => `/api/messages/${encodeURIComponent(id)}.eml`;
export const partAddress = (id: string, part: Part): string => `/api/messages/${encodeURIComponent(id)}/part/${part.index}`;
export const removeAll = (): Promise<Response> => fetch('/api/messages', { method: 'DELETE' });
export const removeOne = (id: string): Promise<Response> => fetch(`/api/messages/${encodeURIComponent(id)}`, { method: 'DELETE' });
