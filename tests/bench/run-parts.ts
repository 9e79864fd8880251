/**
 * Runs parts one after the other, each with processes of its own. What one part could not measure, or a part that
 * breaks off, is noted; what was measured until then stands, and the others go on.
 */
import { availableParallelism, cpus, totalmem } from 'node:os';
import { createDatabases } from './databases.ts';
import { createProcesses, type Processes } from './processes.ts';
import { largePhoto, smallPhoto } from './requests.ts';
import type { PartResult, Table } from './results.ts';
import type { Part, Sheet } from './stage.ts';

interface RunOptions {
  readonly rounds: number;
  readonly smoke: boolean;
  /** For what outlives a part: the database servers. */
  readonly processes: Processes;
  readonly say: (line: string) => void;
  /** Called with each part as soon as it is measured, so that what comes after it cannot lose it. */
  readonly onPart?: (result: PartResult) => Promise<void>;
}

export async function runParts(
  parts: readonly Part[],
  { rounds, smoke, processes, say, onPart }: RunOptions,
): Promise<PartResult[]> {
  const databases = createDatabases(processes);
  const photos = { small: await smallPhoto(), large: await largePhoto() };
  const results: PartResult[] = [];
  for (const { name: part, title, measure } of parts) {
    say(`${title} …`);
    const own = createProcesses();
    processes.atEnd(own.endAll);
    const sheet: Sheet = { tables: [] as Table[], missing: [] as string[] };
    const begun = performance.now();
    try {
      await measure({ rounds, smoke, processes: own, databases, photos, say }, sheet);
    } catch (error) {
      sheet.missing.push(`broke off: ${(error as Error).message.split('\n')[0]}`);
      say((error as Error).stack ?? String(error));
    }
    own.endAll();
    const seconds = Math.round((performance.now() - begun) / 1_000);
    for (const line of sheet.missing) say(`  not measured: ${line}`);
    const facts = { day: new Date().toISOString().slice(0, 10), machine: thisMachine(), seconds };
    const result = { part, title, ...facts, ...sheet };
    results.push(result);
    await onPart?.(result);
  }
  return results;
}

function thisMachine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${availableParallelism()} cores (${processor}), ${memory}, ${process.platform}, Node ${process.versions.node}`;
}
