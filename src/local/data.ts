/** What outlives a restart when a data folder is given: storage, addresses of remotes, ports. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RemoteAddresses } from '#local/forge/remotes';

const settingsSchema = z.object({
  smtpPort: z.number().int().optional(),
  relayPort: z.number().int().optional(),
  remotes: z.record(z.string(), z.string()).default({}),
  seeded: z.boolean().default(false),
});
export type DataSettings = z.infer<typeof settingsSchema>;

export interface DataFolder {
  readonly settings: DataSettings;
  readonly savedKvs: string | undefined;
  readonly remotes: RemoteAddresses;
  update(change: Partial<DataSettings>): void;
  /** Writes the storage once the writes of this moment are over. */
  storageChanged(save: () => string): void;
  /** Writes what is still to be written. */
  flush(): void;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Never half a file: written beside and renamed. Only its owner may read it, for the app's secrets are in the storage. */
function write(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** `folder` undefined: everything lives in memory. */
export function openDataFolder(folder: string | undefined): DataFolder {
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settingsFile = folder && join(folder, 'site.json');
  const kvsFile = folder && join(folder, 'storage.json');
  let settings = settingsSchema.parse(JSON.parse((settingsFile && read(settingsFile)) ?? '{}'));
  let waiting: (() => string) | undefined;

  const update = (change: Partial<DataSettings>): void => {
    settings = { ...settings, ...change };
    if (settingsFile) write(settingsFile, JSON.stringify(settings, undefined, 2));
  };
  const flush = (): void => {
    const save = waiting;
    waiting = undefined;
    if (kvsFile && save) write(kvsFile, save());
  };
  return {
    get settings() {
      return settings;
    },
    savedKvs: kvsFile && read(kvsFile),
    remotes: {
      get: (key) => settings.remotes[key],
      set: (key, endpoint) => update({ remotes: { ...settings.remotes, [key]: endpoint } }),
    },
    update,
    storageChanged: (save) => {
      if (kvsFile && !waiting) setImmediate(flush);
      waiting = save;
    },
    flush,
  };
}
