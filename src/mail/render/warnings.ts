import type { Warning } from '#contract/screens/resolvers';

/** Names in one warning (contract: at most 20). */
const MAX_SUBJECTS = 20;
const MAX_SUBJECT_CHARS = 120;

/** Collects what could not be shown: one warning for each kind, each name once, in order. */
export class Warnings {
  #byCode = new Map<Warning['code'], Set<string>>();

  add(code: Warning['code'], subject: string): void {
    const subjects = this.#byCode.get(code) ?? new Set<string>();
    this.#byCode.set(code, subjects);
    if (subjects.size < MAX_SUBJECTS && subject !== '') subjects.add(subject.slice(0, MAX_SUBJECT_CHARS));
  }

  list(): Warning[] {
    return [...this.#byCode].map(([code, subjects]) => ({ code, subjects: [...subjects] }));
  }
}
