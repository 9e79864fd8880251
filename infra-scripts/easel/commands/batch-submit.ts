/**
 * `easel batch submit`: photos of this disk become a batch, at the pace and price of batches.
 */
import { batchBlock, invalidLines } from '../batch-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { checkWished, sendItems } from '../send-items.ts';
import { parseUntil } from '../time-text.ts';

export const batchSubmit: Command = {
  name: 'batch submit',
  summary: 'submit many photos in styles as one batch',
  takes: 'PHOTO…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: {
    style: { value: 'style,…', multiple: true, help: 'styles of "easel styles", apart by commas' },
    prompt: { value: 'text', multiple: true, help: 'your own words instead of a style, or as one more picture' },
    'deliver-by': { value: 'when', help: 'by when all is wanted: 8h, 06:00 or a date; the cheapest way is chosen' },
    lane: { value: 'lane', help: 'bulk or economy, instead of the choice' },
    'max-cost': { value: 'usd', help: 'take nothing in when it is expected to cost more' },
    'custom-id': { value: 'id', help: 'your own name for the batch' },
    'skip-invalid': { help: 'leave out what is not valid, instead of taking nothing in' },
  },
  notes: [
    'Each photo is uploaded once and drawn in each style; at most 10,000 pictures. Prints the id of the batch.',
    'An item is called <photo>-<style>, and so is its file when it is downloaded.',
  ],
  examples: [
    'easel batch submit photos/*.jpg --style ink-wash,charcoal --deliver-by 8h',
    'easel batch watch $(easel batch submit *.jpg --style charcoal --max-cost 5)',
  ],
  run: submitBatch,
};

async function submitBatch(call: Call): Promise<ExitCode> {
  const { client, args, options, out, err, json, now, signal } = call;
  const styles = options
    .texts('style')
    .flatMap(text => text.split(','))
    .map(text => text.trim())
    .filter(Boolean);
  const wished = { photos: args, styles: [...new Set(styles)], prompts: options.texts('prompt') };
  checkWished(wished);
  const query = queryOf(options, now());
  client.connection.key();
  let sent = 0;
  const onSent = () => {
    sent++;
    if (err.isTerminal && !json)
      err.write(`\r${sent} of ${args.length} photos uploaded${sent === args.length ? '\n' : ''}`);
  };
  const batch = await sendItems(client, wished, { query, onSent, signal });
  if (json) out.line(JSON.stringify(batch));
  else {
    out.line(batch.id);
    if (out.isTerminal)
      for (const line of batchBlock(batch, { paint: out.paint, nowMs: now() }).slice(1)) out.line(line);
    for (const line of invalidLines(batch)) err.line(line);
  }
  return EXIT.ok;
}

function queryOf(options: Call['options'], nowMs: number): URLSearchParams {
  const query = new URLSearchParams();
  const until = options.text('deliver-by');
  if (until !== undefined) {
    const at = parseUntil(until, nowMs);
    if (at === undefined) throw usageFault(`"--deliver-by": expected 8h, 06:00 or a date, got "${until}".`);
    query.set('deliverBy', new Date(at).toISOString());
  }
  const cost = options.text('max-cost');
  if (cost !== undefined) {
    if (!/^\d{1,6}(\.\d{1,6})?$/.test(cost))
      throw usageFault(`"--max-cost": expected dollars such as 5, got "${cost}".`);
    query.set('maxCostUsd', cost);
  }
  const [lane, customId] = [options.text('lane'), options.text('custom-id')];
  if (lane !== undefined) query.set('lane', lane);
  if (customId !== undefined) query.set('customId', customId);
  if (options.flag('skip-invalid')) query.set('onInvalid', 'skip');
  return query;
}
