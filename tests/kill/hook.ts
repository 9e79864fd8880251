/**
 * Loaded into a service's processes before all else (`--import`): makes the product's named points, and those of
 * `points.ts`, places at which the process kills itself when the supervisor has armed them. A file says which and at
 * which pass; whoever meets it removes the file first, so that a process dies once. Times are scaled by EASEL_SCALE.
 */
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { registerHooks } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { KILL_POINTS } from './points.ts';

const ARM = process.env.EASEL_ARM ?? '';
const SCALE = Number(process.env.EASEL_SCALE ?? 1);
const ROOT = new URL('../../', import.meta.url).href;

const MEET = 'globalThis.easelMeets';
const NO_POINT = 'export const noPoint: Point = () => {};';
/** Upstream batches are gathered and looked at each minute, which is each second here. */
const ECONOMY_SCALE = SCALE === 1 ? 1 : 60;
/** Waits of the product that a test cannot sit out, and what they become. */
const SCALED = [
  ['common/limits.ts', '  heartbeatMs: 15 * SECOND,', `  heartbeatMs: ${15_000 / SCALE},`],
  ['common/limits.ts', '  leaseMs: 60 * SECOND,', `  leaseMs: ${60_000 / SCALE},`],
  ['common/limits.ts', '  modelTimeoutMs: 120 * SECOND,', `  modelTimeoutMs: ${120_000 / SCALE},`],
  ['common/limits.ts', '  workerBudgetMs: 180 * SECOND,', `  workerBudgetMs: ${180_000 / SCALE},`],
  ['common/limits.ts', '  requestTimeoutMs: 200 * SECOND,', `  requestTimeoutMs: ${200_000 / SCALE},`],
  ['common/limits.ts', '  dispatchDeadlineMs: 240 * SECOND,', `  dispatchDeadlineMs: ${240_000 / SCALE},`],
  ['common/limits.ts', '  firstCheckMs: 30 * SECOND,', `  firstCheckMs: ${30_000 / SCALE},`],
  ['common/limits.ts', '  checkMinMs: 5 * MINUTE,', `  checkMinMs: ${300_000 / SCALE},`],
  ['common/limits.ts', '  gatherMs: MINUTE,', `  gatherMs: ${60_000 / ECONOMY_SCALE},`],
  [
    'common/economy/upstream-batch.ts',
    'const LOOK_MIN_MS = MINUTE_MS;',
    `const LOOK_MIN_MS = ${60_000 / ECONOMY_SCALE};`,
  ],
  ['common/webhooks/deliveries.ts', 'TRY_LEASE_MS = 30_000;', `TRY_LEASE_MS = ${30_000 / SCALE};`],
  ['common/batches/ring-batch.ts', 'LOOK_AGAIN_MS = 120_000;', `LOOK_AGAIN_MS = ${120_000 / SCALE};`],
  ['infra-scripts/local/embedded.ts', 'const SWEEP_EVERY_MS = 60_000;', `const SWEEP_EVERY_MS = ${60_000 / SCALE};`],
] as const;

/** As power that fails: nothing of the process runs after this line. */
function meet(point: string): void {
  let armed: string;
  try {
    armed = readFileSync(ARM, 'utf8');
  } catch {
    return;
  }
  const [name, passes] = armed.split(' ');
  if (name !== point) return;
  if (Number(passes) > 1) {
    writeFileSync(ARM, `${name} ${Number(passes) - 1}`);
    return;
  }
  try {
    unlinkSync(ARM);
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
}

Object.assign(globalThis, { easelMeets: meet });

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const file = url.startsWith(ROOT) ? url.slice(ROOT.length) : '';
    const changes = changesOf(file);
    if (changes.length === 0) return loaded;
    const source = changes.reduce((text, [find, put]) => {
      if (text.split(find).length !== 2) throw new Error(`${file} has no single place "${find}" any more`);
      return text.replace(find, () => put);
    }, String(loaded.source));
    return { ...loaded, source };
  },
});

function changesOf(file: string): [find: string, put: string][] {
  const changes: [string, string][] = [];
  if (file === 'common/points.ts') changes.push([NO_POINT, `export const noPoint = name => ${MEET}(name);`]);
  for (const { id, before } of KILL_POINTS) {
    if (before?.[0] === file) changes.push([before[1], `${MEET}('${id}');\n${before[1]}`]);
  }
  for (const [scaled, find, put] of SCALED) if (scaled === file && SCALE !== 1) changes.push([find, put]);
  return changes;
}

const isSubmit = ({ method, url }: IncomingMessage) => method === 'POST' && url === '/v1/jobs';

const emit = Server.prototype.emit;
Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
  if (event === 'request' && isSubmit(args[0] as IncomingMessage)) {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const push = request.push.bind(request);
    request.push = (chunk, encoding) => {
      if (chunk) meet('K01');
      return push(chunk, encoding);
    };
    response.once('finish', () => response.statusCode === 202 && meet('K06'));
  }
  return Reflect.apply(emit, this, [event, ...args]) as boolean;
};

/**
 * Asked by SIGUSR2, a process collects its garbage and writes what is left: the soak's gauge. Nothing of the product's
 * listens to that signal.
 */
const GAUGE = process.env.EASEL_GAUGE ?? '';
if (GAUGE !== '') {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('SIGUSR2', () => {
    collect();
    const { heapUsed, rss, external } = process.memoryUsage();
    const file = `${GAUGE}.${process.pid}`;
    writeFileSync(`${file}.part`, JSON.stringify({ heapUsed, rss, external }));
    renameSync(`${file}.part`, file);
  });
}
