import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Three pages, one for each place of the app; addresses are relative since the platform serves them under a path of its own. */
export default defineConfig({
  root: path('.'),
  base: './',
  plugins: [react()],
  resolve: {
    dedupe: ['react', 'react-dom'],
    alias: [
      { find: /^@atlaskit\/feature-gate-js-client(\/.*)?$/, replacement: path('src/platform/feature-gates.ts') },
      { find: /^#contract\/(.*)$/, replacement: path('../src/contract/$1.ts') },
      { find: /^#mail\/(.*)$/, replacement: path('../src/mail/$1.ts') },
    ],
  },
  build: {
    outDir: path('dist'),
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { input: { send: path('send.html'), space: path('space.html'), site: path('site.html') } },
  },
});
