/**
 * Every route of the router against everybody who may come, and against resources that are theirs, somebody else's, not
 * there and malformed. What has to come of it follows from what each route declares; the table in docs/security.md is
 * what came of it. Platform: the API in the test's process, on SQLite.
 */
import type Router from '@koa/router';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createApi, ROUTES } from '../api/app.ts';
import { type Route, scopeOf } from '../api/route.ts';
import { planBulk } from '../common/bulk/plan-bulk.ts';
import { deliveries, uploads } from '../common/collections.ts';
import type { Delivery } from '../common/documents.ts';
import { newId, sha256 } from '../common/ids.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { createOutbound } from '../common/outbound/outbound.ts';
import { noClientAccess } from '../common/platform/client-access.ts';
import { askHandOver } from '../common/privacy/hand-over.ts';
import { eventId } from '../common/webhooks/event.ts';
import { type ApiAnswer, type ApiWorld, inApiWorld } from './api-world.ts';
import { holdsTable } from './docs-table.ts';
import { type MatrixCaller, matrixCallers } from './matrix-callers.ts';
import { inWorld } from './world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('who may call what');

/** What the parameter of a path may stand for. */
interface Resources {
  /** The caller's own; where nothing belongs to anybody, one that is there. */
  readonly own: string;
  readonly other?: string | undefined;
  readonly missing: string;
}

const NOBODYS_JOB = 'job_00000000000000000000000000';
const NOBODYS_BATCH = 'batch_00000000000000000000000000';
const MALFORMED = [
  ...['x', 'job_', 'JOB_00000000000000000000000000', `job_${'0'.repeat(500)}`, 'job_0000000000000000000000000!'],
  ...['..%2f..%2fetc', '%00', '%F0%9F%90%88', '%zz', '-', '__proto__'],
];

test(
  'the router has the routes that are declared and no other',
  inWorld(async ({ engine }) => {
    const api = createApi({
      ...{ engine, clientAccess: noClientAccess, outbound: createOutbound({ ...engine, allow: [] }) },
      ...{ sessionSecret: new Uint8Array(32), defaultModel: 'offline', closing: new AbortController().signal },
    });
    const routers = api.middleware.flatMap(one => ('routers' in one ? (one.routers as Router[]) : []));
    assert.not.ok(api.middleware.some(one => 'router' in one));
    const mounted = routers.flatMap(({ stack }) => stack.map(({ methods, path }) => `${methods.at(-1)} ${path}`));
    assert.equal(mounted.sort(), ROUTES.map(nameOf).sort());
  }),
);

test(
  'everybody is let in where the route names them, and nowhere else',
  inApiWorld(async world => {
    const callers = await matrixCallers(world);
    const seen = new Map<string, string>();
    for (const route of ROUTES) {
      for (const [name, caller] of Object.entries(callers)) {
        const what = `${nameOf(route)} by ${name}`;
        const resources = await resourcesOf(world, route, caller);
        const own = await ask(world, route, { caller, id: resources?.own });
        const expected = expectedOf(route, caller);
        assert.is(verdictOf(own), expected, what);
        const other = resources?.other && (await ask(world, route, { caller, id: resources.other }));
        if (expected === 'in' && resources) assert.is.not(own.status, 404, `${what}: its own`);
        if (other) assert.is(other.status, expected === 'in' ? 404 : expected, `${what}: another's`);
        seen.set(what, expected === 'in' ? (other ? 'its own' : 'yes') : String(expected));
      }
    }
    await holdsTable('docs/security.md', '## Who may call what', tableOf(seen));
  }),
);

test(
  "what is another's, what is not there and what could not be there answer alike, byte for byte",
  inApiWorld(async world => {
    const callers = await matrixCallers(world);
    let compared = 0;
    for (const route of ROUTES) {
      for (const [name, caller] of Object.entries(callers)) {
        const resources = await resourcesOf(world, route, caller);
        if (!resources || expectedOf(route, caller) !== 'in') continue;
        // Anybody may be a customer: of whoever was never there nothing is held, which is no secret.
        if (route[1].startsWith('/v1/customers/')) continue;
        const missing = comparable(await ask(world, route, { caller, id: resources.missing }));
        assert.is(missing.status, 404, `${nameOf(route)} by ${name}`);
        for (const id of [...(resources.other ? [resources.other] : []), ...MALFORMED]) {
          const answer = comparable(await ask(world, route, { caller, id }));
          assert.equal(answer, missing, `${nameOf(route)} by ${name}: ${id}`);
          compared++;
        }
      }
    }
    assert.ok(compared > 500, `${compared} answers`);
  }),
);

test.run();

function nameOf([method, path]: Route): string {
  return `${method.toUpperCase()} ${path}`;
}

/** From what the route declares. Who has nothing that is worth anything is told so; who has the wrong thing, too. */
function expectedOf(route: Route, { kind, scopes }: MatrixCaller): 'in' | 401 | 403 {
  const [, , audience] = route;
  if (audience === 'anyone') return 'in';
  if (kind === undefined) return 401;
  // These are worth something at the one route that names them.
  const elsewhere = kind === 'expired session' || kind === 'shopify' || kind === 'shopify webhook' ? 401 : 403;
  if (!audience.includes(kind)) return elsewhere;
  return scopes === undefined || scopes.includes(scopeOf(route)) ? 'in' : 403;
}

function verdictOf({ status }: ApiAnswer): 'in' | 401 | 403 {
  return status === 401 || status === 403 ? status : 'in';
}

/** Undefined for a path without a parameter; a parameter that is not known here fails. */
async function resourcesOf(
  world: ApiWorld,
  [, path]: Route,
  { kind, jobs, batches }: MatrixCaller,
): Promise<Resources | undefined> {
  if (!path.includes(':')) return undefined;
  if (path.startsWith('/v1/jobs/:id'))
    return { own: jobs?.own ?? NOBODYS_JOB, other: jobs?.other, missing: NOBODYS_JOB };
  if (path.startsWith('/v1/uploads/:id')) return uploadsOf(world, jobs);
  if (path.startsWith('/v1/admin/uploads/:id')) return { ...(await uploadsOf(world, jobs)), other: undefined };
  if (path.startsWith('/v1/admin/jobs/:id')) return { own: jobs?.own ?? NOBODYS_JOB, missing: NOBODYS_JOB };
  if (path.startsWith('/v1/admin/bulk-actions/:id')) {
    return { own: await plannedIn(world), missing: `blk_${'0'.repeat(26)}` };
  }
  if (path.startsWith('/v1/admin/models/:id')) return { own: DEFAULT_MODEL, missing: 'mice' };
  if (path.startsWith('/v1/batches/:id'))
    return { own: batches?.own ?? NOBODYS_BATCH, other: batches?.other, missing: NOBODYS_BATCH };
  if (path.startsWith('/v1/admin/keys/:id')) {
    return { own: sha256(await world.key('server')), missing: sha256('nothing') };
  }
  if (path.startsWith('/v1/customers/:id')) return { own: '7', missing: 'x'.repeat(129) };
  if (path.startsWith('/v1/privacy-requests/:id')) return requestsOf(world, jobs?.own, kind);
  if (path.startsWith('/v1/admin/styles/:id')) return { own: 'charcoal', missing: 'mice' };
  if (path.startsWith('/v1/admin/shops/:id')) return { own: 'cats', missing: 'mice' };
  if (path.startsWith('/v1/admin/deliveries/:id')) {
    return { own: await eventOf(world, jobs?.own ?? NOBODYS_JOB), missing: eventId(NOBODYS_JOB, 1) };
  }
  if (path.startsWith('/v1/admin/queues/:name')) return { own: 'bulk', missing: 'mice' };
  if (path === '/easel-portrait/:file') return { own: 'ink-wash.webp', missing: 'mice.webp' };
  if (path === '/admin/:version/:file') return { own: 'console.css', missing: 'mice.css' };
  if (path === '/docs/:file') return { own: 'docs.css', missing: 'mice.css' };
  throw new Error(`what does the parameter of ${path} stand for?`);
}

/** Of whom the jobs are. Made anew for each call: one of the routes erases them. */
async function uploadsOf({ engine, clock, job }: ApiWorld, jobs: MatrixCaller['jobs']): Promise<Resources> {
  const missing = 'upl_00000000000000000000000000';
  const upload = async (jobId: string | undefined) => {
    if (jobId === undefined) return undefined;
    const { shop, ownerUid } = await job(jobId);
    const id = newId('upl', clock, engine.random);
    const [createdAt, expireAt] = [clock.now(), clock.now() + 1_000];
    const kept = { keptAt: createdAt, contentType: 'image/png', bytes: 1, path: `uploads/${id}` };
    await engine.store.transaction(async tx => tx.set(uploads, { id, shop, ownerUid, createdAt, expireAt, ...kept }));
    return id;
  };
  return { own: (await upload(jobs?.own)) ?? missing, other: await upload(jobs?.other), missing };
}

/** A plan that nobody has applied. */
async function plannedIn({ engine }: ApiWorld): Promise<string> {
  const wish = { action: 'cancel', filter: { status: 'queued' }, asked: { status: 'queued' }, wish: {} } as const;
  return (await planBulk(engine, wish, { actor: 'a test', reason: 'a test' })).document.id;
}

/** What was asked for in the caller's shop, and in another one; an operator has all. */
async function requestsOf(world: ApiWorld, jobId: string | undefined, kind: MatrixCaller['kind']): Promise<Resources> {
  const shop = jobId === undefined ? 'cats' : (await world.job(jobId)).shop;
  const asked = (of: string) =>
    askHandOver(world.engine, { shop: of, customer: '7', orderIds: [], asked: 'shopify', message: 'a test' });
  const other = kind === 'server' ? (await asked(shop === 'cats' ? 'dogs' : 'cats')).id : undefined;
  return { own: (await asked(shop)).id, other, missing: `prv_${'0'.repeat(26)}` };
}

/** A webhook's event that was given up. */
async function eventOf({ engine, clock }: ApiWorld, jobId: string): Promise<string> {
  const now = clock.now();
  const delivery: Delivery = {
    ...{ id: eventId(jobId, 1), jobId, shop: 'cats', type: 'job.succeeded', url: 'https://cats.example/' },
    ...{ state: 'failed', made: 10, tries: [], occurredAt: now, createdAt: now, expireAt: now + 1_000 },
  };
  await engine.store.transaction(async tx => tx.set(deliveries, delivery));
  return delivery.id;
}

function ask(
  world: ApiWorld,
  [method, path]: Route,
  { caller, id = '' }: { caller: MatrixCaller; id?: string | undefined },
): Promise<ApiAnswer> {
  const address = path.replace(':version', 'any').replace(/:\w+/, id) + (caller.query?.() ?? '');
  const body = path.startsWith('/v1/admin/') ? { reason: 'a test' } : {};
  return world.call(`${method.toUpperCase()} ${address}`, {
    ...(caller.as === undefined ? {} : { as: caller.as }),
    ...(caller.headers === undefined ? {} : { headers: caller.headers(JSON.stringify(body)) }),
    ...(method === 'get' ? {} : { body }),
  });
}

function comparable({ status, headers, text }: ApiAnswer) {
  const { date: _, 'request-id': __, ...rest } = headers;
  return { status, headers: rest, text };
}

/** Callers with a kind have a column each; those without one are alike, and so are keys with fewer scopes but for 403. */
function tableOf(seen: ReadonlyMap<string, string>): string[] {
  const columns = [
    'a storefront key',
    'a session',
    'an expired session',
    'Shopify, signed',
    'a message of Shopify',
    'a server key',
    'an admin key',
    'nonsense',
  ];
  const rows = ROUTES.map(route => {
    const cells = columns.map(column => seen.get(`${nameOf(route)} by ${column}`));
    return `| ${[`\`${nameOf(route)}\``, scopeOf(route), ...cells].join(' | ')} |`;
  });
  return [
    `Made by \`tests/auth-matrix.test.ts\` from ${seen.size} calls: every route of the router, asked by everybody. *Its own* (a`,
    "server's are those of its shop) means that another's answers like one that is not there: 404, the same headers and the",
    'same body, byte for byte. A key that lacks the scope of the route answers 403.',
    '',
    `| route | scope | ${[...columns.slice(0, -1), 'anybody else'].join(' | ')} |`,
    `|${'---|'.repeat(columns.length + 2)}`,
    ...rows,
  ];
}
