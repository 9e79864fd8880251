/**
 * `npm start` of an earlier tree on a data directory, as after a rollback: a process of its own, which finishes what it
 * finds. Only what every version keeps is used of it: its settings, its first line and GET /v1/jobs/{id}.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { waitFor } from '../wait-for.ts';

export interface EarlierProcess {
  /** Resolves when the API of that code shows the job as done. */
  done(id: string): Promise<void>;
  /** Ends it as an operator does; resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface EarlierSettings {
  readonly tree: string;
  readonly dataDir: string;
  /** What the time is for it, so that it goes on where the documents stand. */
  readonly nowMs: number;
  readonly adminKey: string;
}

const START_LIMIT_MS = 30_000;
/** Drawing a picture offline takes a second or two, and there are a handful. */
const DONE_LIMIT_MS = 60_000;

export async function startEarlier({ tree, dataDir, nowMs, adminKey }: EarlierSettings): Promise<EarlierProcess> {
  const child = spawn(process.execPath, ['--import', clockFrom(nowMs), 'infra-scripts/local/start.ts'], {
    cwd: tree,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir },
  });
  let output = '';
  child.stdout.on('data', chunk => (output += chunk));
  child.stderr.on('data', chunk => (output += chunk));
  const mustRun = () => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended: ${output}`);
  };
  const address = () => {
    mustRun();
    return /Easel listens on (http:\S+)/.exec(output)?.[1];
  };
  const url = await waitFor('the earlier code to start', address, { limitMs: START_LIMIT_MS }).catch(
    async (error: unknown) => {
      await end(child, 'SIGKILL');
      throw error;
    },
  );
  return {
    async done(id) {
      const isDone = async () => {
        mustRun();
        const answer = await fetch(`${url}/v1/jobs/${id}`, { headers: { Authorization: `Bearer ${adminKey}` } });
        const { done } = (await answer.json()) as { done?: boolean };
        if (answer.status !== 200) throw new Error(`GET /v1/jobs/${id} answered ${answer.status}`);
        return done === true;
      };
      await waitFor(`the end of ${id}`, isDone, { limitMs: DONE_LIMIT_MS, everyMs: 50 }).catch((error: Error) => {
        throw new Error(`${error.message}\n${output}`);
      });
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

/** A module that sets the clock of a process before its code is loaded. */
function clockFrom(nowMs: number): string {
  const source = `const real = Date.now; const from = real(); Date.now = () => ${nowMs} + real() - from;`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  return new Promise(resolve => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', code => resolve(code));
    child.kill(signal);
  });
}
