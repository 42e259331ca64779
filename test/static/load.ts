/** Modules of the interface inside Node: bundled in memory, since they are written for Vite. */
import { build } from 'esbuild';

/** Loads a module of static/src by its path there. */
export async function loadStatic<M>(path: string): Promise<M> {
  const { outputFiles } = await build({
    entryPoints: [`static/src/${path}`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)) as M;
}
