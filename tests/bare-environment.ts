/**
 * What a process that a test starts inherits of the test's own environment: where programs are, and where compiled code
 * is kept. To strip the types of a service and to compile it takes half of what its start costs, and the tests start
 * hundreds; the cache is the one that `npm start` turns on for every user (`infra-scripts/local/node-version.js`).
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node's own place by default. An entry is taken only for the same bytes of source, so that nothing is ever stale. */
export const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache') };
export const BARE_ENVIRONMENT = { PATH: process.env.PATH, ...COMPILED };
