/**
 * Reads a Dockerfile as far as ours go, and walks its steps in a directory instead of in an image. That proves which
 * files and packages a service starts with; it proves nothing about the base image.
 */
import { execFile } from 'node:child_process';
import { cp, glob, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface Step {
  readonly word: string;
  readonly rest: string;
}

/** Comments go, continued lines are joined. */
export function parseDockerfile(text: string): Step[] {
  const joined = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  return joined
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
      return { word, rest };
    });
}

export interface Image {
  /** Directory that stands for the file system of the last stage's work directory. */
  readonly directory: string;
  readonly env: { readonly [name: string]: string };
  readonly command: readonly string[];
  readonly user: string;
}

/** Walks all stages below `into`. Throws for a word that it does not know: better none than a step that was skipped. */
export async function walkDockerfile(context: string, dockerfile: string, into: string): Promise<Image> {
  const steps = parseDockerfile(await readFile(join(context, dockerfile), 'utf8'));
  const stages = new Map<string, string>();
  let image: Image = { directory: '', env: {}, command: [], user: 'root' };
  for (const { word, rest } of steps) {
    if (word === 'FROM') {
      const [, , name = `stage-${stages.size}`] = rest.split(/\s+/);
      const directory = join(into, name);
      await mkdir(directory, { recursive: true });
      stages.set(name, directory);
      image = { directory, env: {}, command: [], user: 'root' };
    } else if (word === 'ENV') {
      const pairs = rest.split(/\s+/).map(pair => pair.split('=') as [string, string]);
      image = { ...image, env: { ...image.env, ...Object.fromEntries(pairs) } };
    } else if (word === 'COPY') await copy(context, stages, image.directory, rest);
    else if (word === 'RUN') await run(image.directory, rest);
    else if (word === 'USER') image = { ...image, user: rest };
    else if (word === 'CMD') image = { ...image, command: JSON.parse(rest) as string[] };
    else if (word !== 'WORKDIR' && word !== 'EXPOSE') throw new Error(`${dockerfile}: ${word} is not understood here`);
  }
  return image;
}

async function copy(context: string, stages: ReadonlyMap<string, string>, to: string, rest: string): Promise<void> {
  const words = rest.split(/\s+/);
  const stage = words[0]?.startsWith('--from=') ? stages.get(words.shift()?.slice('--from='.length) ?? '') : undefined;
  const target = words.pop() ?? '';
  for (const source of words) {
    const path = source.replace(/^\/easel\//, '');
    const destination = join(to, words.length > 1 || target.endsWith('/') ? join(target, path) : target);
    await mkdir(dirname(destination), { recursive: true });
    const ignored = stage ? () => true : await contextFilter(context);
    await cp(join(stage ?? context, path), destination, { recursive: true, filter: ignored, verbatimSymlinks: true });
  }
}

/** What `.dockerignore` keeps out of the context: its lines after the first name what is let in, then what is not. */
async function contextFilter(context: string): Promise<(source: string) => boolean> {
  const lines = (await readFile(join(context, '.dockerignore'), 'utf8')).split('\n').filter(line => line.trim() !== '');
  const denied = lines.filter(line => line !== '*' && !line.startsWith('!'));
  const out = new Set(await Array.fromAsync(glob(denied, { cwd: context, exclude: ['node_modules/**'] })));
  return source =>
    ![...out].some(path => source === join(context, path) || source.startsWith(`${join(context, path)}/`));
}

async function run(directory: string, command: string): Promise<void> {
  await promisify(execFile)('sh', ['-ec', command], { cwd: directory, maxBuffer: 2 ** 24 });
}
