import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

async function problemsIn(frame: Frame, where: string): Promise<string[]> {
  await frame.evaluate(`globalThis.axe === undefined && (() => { ${source} })()`);
  const violations = (await frame.evaluate('axe.run(document, { iframes: false }).then(({ violations }) => violations)')) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = '' }) => `${where}: ${id} (${help}) at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
      ),
    );
}

/**
 * What axe calls serious or critical on the page and in the app's frames, one line for each element. The frame that holds a mail runs
 * no scripts, ours included; mail is judged where it is rendered.
 */
export async function seriousProblems(page: Page, where: string): Promise<string[]> {
  const own = page.frames().filter((frame) => frame === page.mainFrame() || frame.url().startsWith('http'));
  const found = await Promise.all(own.map((frame) => problemsIn(frame, where)));
  return found.flat();
}
