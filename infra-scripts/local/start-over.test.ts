import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { waitFor } from '../../tests/wait-for.ts';

const test = suite('starting over');
const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Has no types: it is loaded by Nodes that know none. */
const COMPILE_CACHE = new URL('compile-cache.js', import.meta.url).href;
const STARTS_OVER = process.execve !== undefined;

/** What a process tells that was started as the service is, with its cache below `home`. */
interface Told {
  readonly compiler: boolean;
  readonly startedOver: boolean;
  readonly sameProcess: boolean;
  readonly words: readonly string[];
}

async function atHome(work: (home: string, start: (env?: object) => Promise<Told>) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'easel-home-'));
  const program = join(home, 'program.ts');
  const part = new URL('start-over.ts', import.meta.url).href;
  await writeFile(
    program,
    `import { hasCompiler, startOverCompiled } from '${part}';
startOverCompiled();
const { argv, env, pid } = process;
const startedOver: boolean = env.EASEL_STARTED_OVER !== undefined;
console.log(JSON.stringify({ pid, compiler: hasCompiler(), startedOver, words: argv.slice(2) }));`,
  );
  const start = async (more: object = {}): Promise<Told> => {
    const env = { HOME: home, USERPROFILE: home, LOCALAPPDATA: home, ...more };
    const words = ['--import', './infra-scripts/local/node-version.js', program, '--a', 'b c'];
    const running = run(process.execPath, words, { cwd: ROOT, env });
    const { pid, ...told } = JSON.parse((await running).stdout) as Told & { pid: number };
    return { ...told, sameProcess: pid === running.child.pid };
  };
  try {
    await work(home, start);
  } finally {
    await rm(home, { recursive: true });
  }
}

test('the first start goes on without the compiler of types, in its own place, and no later one needs it', () =>
  atHome(async (_, start) => {
    const told = { sameProcess: true, words: ['--a', 'b c'] };
    assert.equal(await start(), { ...told, compiler: !STARTS_OVER, startedOver: STARTS_OVER });
    assert.equal(await start(), { ...told, compiler: false, startedOver: false });
  }));

test('where nothing can be kept a start strips its files and goes on', () =>
  atHome(async (home, start) => {
    const file = join(home, 'file');
    await writeFile(file, '');
    const nowhere = { HOME: file, USERPROFILE: file, LOCALAPPDATA: file, XDG_CACHE_HOME: file };
    for (const env of [nowhere, { NODE_DISABLE_COMPILE_CACHE: '1' }]) {
      const { compiler, startedOver } = await start(env);
      assert.equal({ compiler, startedOver }, { compiler: true, startedOver: false });
    }
    assert.equal((await readdir(home)).sort(), ['file', 'program.ts']);
  }));

test('what was lost meanwhile makes nobody start over twice', () =>
  atHome(async (_, start) => {
    const { compiler, startedOver } = await start({ EASEL_STARTED_OVER: '1' });
    assert.equal({ compiler, startedOver }, { compiler: true, startedOver: true });
  }));

test('the service starts where its user has no folder to write to', () =>
  atHome(async home => {
    const file = join(home, 'file');
    await writeFile(file, '');
    const { scripts } = (await import('../../package.json', { with: { type: 'json' } })).default;
    const child = spawn(process.execPath, scripts.start.split(' ').slice(1), {
      cwd: ROOT,
      env: { HOME: file, USERPROFILE: file, LOCALAPPDATA: file, PORT: '0', DATA_DIR: join(home, 'data') },
    });
    const ended = new Promise(resolve => child.once('close', resolve));
    try {
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk));
      await waitFor('the service to listen', () => output.includes('listens on http'), { limitMs: 20_000 });
    } finally {
      child.kill();
      await ended;
    }
  }));

test('each platform has its folder for what can be made again', async () => {
  const { cacheFolder } = (await import(COMPILE_CACHE)) as { cacheFolder: (env: object, platform: string) => string };
  assert.is(cacheFolder({ XDG_CACHE_HOME: '/elsewhere' }, 'linux'), '/elsewhere');
  assert.is(cacheFolder({ XDG_CACHE_HOME: '' }, 'linux'), join(homedir(), '.cache'));
  assert.is(cacheFolder({}, 'darwin'), join(homedir(), 'Library', 'Caches'));
  assert.is(cacheFolder({ LOCALAPPDATA: 'C:\\elsewhere' }, 'win32'), 'C:\\elsewhere');
});

test.run();
