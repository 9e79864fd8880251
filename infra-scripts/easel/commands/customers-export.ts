/**
 * `easel customers export`: all that is held of a customer, as lines of JSON, with the answers of an export that comes in
 * several put together.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, Fault } from '../faults.ts';
import { queryText } from '../operator-options.ts';
import { customerPath } from '../privacy-text.ts';

export const customersExport: Command = {
  name: 'customers export',
  summary: 'print or save all that is held of a customer',
  keyKind: 'admin',
  takes: 'CUSTOMER',
  counts: [1, 1],
  options: {
    shop: { value: 'id', help: 'whose customer it is (default: default)' },
    orders: { value: 'ids', help: 'orders of theirs, separated by commas: also what they ordered as a guest' },
    out: { value: 'file', help: 'where to save it (default: standard output); a file that is there is kept' },
  },
  notes: ['One line of JSON for each thing. The addresses of photos and pictures in it work for about an hour.'],
  examples: [
    'easel customers export 7 --out customer-7.ndjson',
    'easel customers export --shop cats 7 --orders 1001,1002',
  ],
  run: exportCustomer,
};

interface Line {
  readonly type: string;
  readonly complete?: boolean;
  readonly next?: string;
}

async function exportCustomer(call: Call): Promise<ExitCode> {
  const { options, out, err } = call;
  const file = options.text('out');
  if (file === undefined) {
    for await (const line of linesOf(call)) out.line(line);
    return EXIT.ok;
  }
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  await once(stream, 'open').catch((error: NodeJS.ErrnoException) => {
    throw new Fault(
      EXIT.usage,
      `${file} cannot be written: ${error.code === 'EEXIST' ? 'it is there already' : error.code}.`,
    );
  });
  let count = 0;
  for await (const line of linesOf(call)) {
    count++;
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  err.line(`${file}: ${count} lines`);
  return EXIT.ok;
}

/** Without the last line of each answer, which only says where to go on. */
async function* linesOf({ client, args, options }: Call): AsyncGenerator<string> {
  const [customer = ''] = args;
  const path = `${customerPath(customer)}/export`;
  const filters = { shop: options.text('shop'), orderIds: options.text('orders') };
  let cursor: string | undefined;
  do {
    const { bytes } = await client.reply('GET', `${path}${queryText({ ...filters, cursor })}`);
    const lines = bytes.toString('utf8').trimEnd().split('\n');
    const end = endOf(lines.pop());
    yield* lines;
    cursor = end.next;
  } while (cursor !== undefined);
}

function endOf(line = ''): Line {
  const last = line === '' ? undefined : (JSON.parse(line) as Line);
  if (last?.type === 'end' && (last.complete === true || last.next !== undefined)) return last;
  throw new Fault(EXIT.unreachable, 'The export was cut off before its end. Ask again.');
}
