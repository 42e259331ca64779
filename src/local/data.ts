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
  readonly savedQueue: string | undefined;
  readonly remotes: RemoteAddresses;
  update(change: Partial<DataSettings>): void;
  /** Writes the storage, or the queue, once the changes of this moment are over. */
  storageChanged(save: () => string): void;
  queueChanged(save: () => string): void;
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

/** A file that follows something that changes often: written once for all changes of a moment. */
function createFollower(file: string | undefined) {
  let waiting: (() => string) | undefined;
  const flush = (): void => {
    const save = waiting;
    waiting = undefined;
    if (file && save) write(file, save());
  };
  const changed = (save: () => string): void => {
    if (file && !waiting) setImmediate(flush);
    waiting = save;
  };
  return { saved: file && read(file), changed, flush };
}

/** The settings of an earlier run. @throws with the file's name when it is damaged */
function readSettings(file: string | undefined): DataSettings {
  try {
    return settingsSchema.parse(JSON.parse((file && read(file)) ?? '{}'));
  } catch (cause) {
    throw new Error(`${file} cannot be read. Repair it, or remove the folder to start anew.`, { cause });
  }
}

/** `folder` undefined: everything lives in memory. */
export function openDataFolder(folder: string | undefined): DataFolder {
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileAt = (name: string): string | undefined => folder && join(folder, name);
  const settingsFile = fileAt('site.json');
  const storage = createFollower(fileAt('storage.json'));
  const queue = createFollower(fileAt('queue.json'));
  let settings = readSettings(settingsFile);

  const update = (change: Partial<DataSettings>): void => {
    settings = { ...settings, ...change };
    if (settingsFile) write(settingsFile, JSON.stringify(settings, undefined, 2));
  };
  return {
    get settings() {
      return settings;
    },
    savedKvs: storage.saved,
    savedQueue: queue.saved,
    remotes: {
      get: (key) => settings.remotes[key],
      set: (key, endpoint) => update({ remotes: { ...settings.remotes, [key]: endpoint } }),
    },
    update,
    storageChanged: storage.changed,
    queueChanged: queue.changed,
    flush: () => {
      storage.flush();
      queue.flush();
    },
  };
}
