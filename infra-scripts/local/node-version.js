// Plain JavaScript, loaded before anything else: an older Node cannot even parse the TypeScript files that follow.
import { keepCompiled } from './compile-cache.js';

const major = Number(process.versions.node.split('.')[0]);
if (major < 26) {
  console.error(
    `Easel needs Node 26 or newer; this is Node ${process.versions.node}. ` +
      '"npm ci" installs a suitable one beside the packages, and "npm start" uses it: run these through npm.',
  );
  process.exit(1);
}

// What was compiled once need not be again: listening after some 450 ms instead of 1,000 (docs/performance.md).
keepCompiled();
