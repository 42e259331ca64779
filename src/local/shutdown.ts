/** Undoes what was started, last first. */
export interface Shutdown {
  /** Notes how to undo what has just been started. */
  add(step: () => unknown): void;
  /** Undoes everything, once; a step that fails does not keep the others from running. */
  run(): Promise<void>;
}

export function createShutdown(): Shutdown {
  const steps: (() => unknown)[] = [];
  return {
    add: (step) => steps.push(step),
    run: async () => {
      for (const step of steps.splice(0).toReversed())
        await Promise.resolve()
          .then(step)
          .catch(() => undefined);
    },
  };
}
