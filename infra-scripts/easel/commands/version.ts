/**
 * `easel version`: of this command line, and of the Node that runs it.
 */
import { readFile } from 'node:fs/promises';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';

export const version: Command = {
  name: 'version',
  summary: 'print the version of this command line',
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel version'],
  run: printVersion,
};

async function printVersion({ out, json }: Call): Promise<ExitCode> {
  const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
  const { version: easel } = JSON.parse(manifest) as { version: string };
  const node = process.versions.node;
  out.line(json ? JSON.stringify({ easel, node }) : `easel ${easel} (Node ${node})`);
  return EXIT.ok;
}
