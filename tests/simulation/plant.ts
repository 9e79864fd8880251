/**
 * Plants a bug while the product is loaded: `node --import ./tests/simulation/plant.ts`, with its name in
 * EASEL_PLANTED. The files themselves stay as they are.
 */
import { registerHooks } from 'node:module';
import { PLANTED, type PlantedBug } from './planted.ts';

const named = Object.entries<PlantedBug>(PLANTED).find(([name]) => name === process.env.EASEL_PLANTED);
if (!named) throw new Error(`EASEL_PLANTED: expected one of ${Object.keys(PLANTED)}, got ${process.env.EASEL_PLANTED}`);
const [, { file, replace, by, append = '' }] = named;
const planted = new URL(`../../${file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== planted) return loaded;
    const source = String(loaded.source);
    if (source.split(replace).length !== 2) throw new Error(`${file} has no single place "${replace}" any more`);
    return { ...loaded, source: source.replace(replace, () => by) + append };
  },
});
