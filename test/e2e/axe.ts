import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';
import type { Stage } from '#test/e2e/stage';

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
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary = '' }) =>
        `${where}: ${impact} ${id} (${help}) at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`,
    ),
  );
}

/**
 * What axe finds on the page and in the app's frames, one line for each element. The frame that holds a mail runs
 * no scripts, ours included; mail is judged where it is rendered.
 */
async function accessibilityProblems(page: Page, where: string): Promise<string[]> {
  const own = page.frames().filter((frame) => frame === page.mainFrame() || frame.url().startsWith('http'));
  const found = await Promise.all(own.map((frame) => problemsIn(frame, where)));
  return found.flat();
}

/** Somebody at the site in this theme; `look` has axe look at the page as it stands and adds what it finds to `found`. */
export async function inspect(stage: Stage, username: string, theme: 'light' | 'dark') {
  const visitor = await stage.visit(username, { colorScheme: theme });
  const { page } = visitor;
  await page.getByRole('button', { name: `Switch to ${theme === 'dark' ? 'light' : 'dark'} theme` }).waitFor();
  const found: string[] = [];
  const look = async (where: string): Promise<void> => void found.push(...(await accessibilityProblems(page, where)));
  return { visitor, page, look, found };
}
