#!/usr/bin/env node
// The installed command. Plain JavaScript, because an older Node cannot even parse the TypeScript files: it then hands
// over to the Node that the packages have brought along.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
if (Number(process.versions.node.split('.')[0]) < 26 && existsSync(pinned)) {
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C on the terminal reaches both of them, and the other one answers it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill());
  const [status] = await once(child, 'exit');
  process.exit(status ?? 1);
}

// It also keeps what was compiled once: every use after the first starts faster.
await import('../local/node-version.js');
await import('./easel.ts');
