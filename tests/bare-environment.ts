/**
 * What a process that a test starts inherits of the test's own environment: where programs are, and where compiled code
 * is kept. To strip the types of a service and to compile it takes half of what its start costs, and the tests start
 * hundreds; `npm start` keeps it for every user, too (`infra-scripts/local/compile-cache.js`).
 */
import { fileURLToPath } from 'node:url';

/** Goes with the installation. An entry is taken only for the same bytes of source, so that nothing is ever stale. */
const FOLDER = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
export const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? FOLDER };
/** Of processes whose sources are changed while they are loaded: they would write over the entries of the others. */
export const COMPILED_APART = { NODE_COMPILE_CACHE: `${COMPILED.NODE_COMPILE_CACHE}-apart` };
export const BARE_ENVIRONMENT = { PATH: process.env.PATH, ...COMPILED };
