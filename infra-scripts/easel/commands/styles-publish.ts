/**
 * `easel styles publish`: shows what would change, asks, and makes the draft the version that is sold; with `--version` an
 * earlier one, which undoes what came after it.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, Fault } from '../faults.ts';
import { makeSure, YES } from '../make-sure.ts';
import { given, REASON } from '../operator-options.ts';
import {
  type AdminStyleAnswer,
  changeLines,
  lookAt,
  priceText,
  type StyleContentAnswer,
  type StyleVersionAnswer,
  stylePath,
} from '../style-text.ts';

export const stylesPublish: Command = {
  name: 'styles publish',
  summary: 'sell the draft of a style, or an earlier version; asks first',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: {
    version: { value: 'n', help: 'bring this version back instead; "styles show ID --versions" lists them' },
    reason: REASON,
    yes: YES,
  },
  notes: [
    'The next submit is drawn by it, at every process, without a restart. Jobs submitted before keep their words.',
  ],
  examples: [
    'easel styles publish charcoal --reason "Tried on twelve photos."',
    'easel styles publish charcoal --version 1 --yes --reason "Version 2 loses the whiskers."',
  ],
  run: publish,
};

async function publish(call: Call): Promise<ExitCode> {
  const { client, out, err, json, options } = call;
  const { style, ifMatch } = await lookAt(call);
  const version = options.integer('version', 1);
  const content = await contentOf(call, style, version);
  const changes = changeLines(style.active, content, { out: err });
  for (const line of changes) err.line(line);
  if (changes.length > 0) err.line();
  err.line(`A picture costs ${priceText(content)}${style.active ? `, so far ${priceText(style.active)}` : ''}.`);
  await makeSure(call, {
    question: `Sell this as version ${style.version + 1} of ${style.id}?`,
    risk: 'Shoppers get it from the next submit on',
    kept: 'Nothing was published.',
  });
  const body = given({ version, reason: options.text('reason') });
  const published = await client.json<AdminStyleAnswer>('POST', `${stylePath(call)}/publish`, { body, ifMatch });
  const off = published.enabled ? '' : ', which is off';
  out.line(json ? JSON.stringify(published, null, 2) : `${published.id}  version ${published.version} is sold${off}`);
  return EXIT.ok;
}

async function contentOf(call: Call, style: AdminStyleAnswer, version?: number): Promise<StyleContentAnswer> {
  if (version === undefined) {
    if (style.draft) return style.draft;
    throw new Fault(EXIT.refused, `"${style.id}" has no draft.`, { hint: `easel styles edit ${style.id}` });
  }
  const path = `${stylePath(call)}/versions`;
  const { versions } = await call.client.json<{ versions: readonly StyleVersionAnswer[] }>('GET', path);
  const found = versions.find(one => one.version === version);
  if (found) return found;
  throw new Fault(EXIT.refused, `"${style.id}" has no version ${version}.`, {
    hint: `easel styles show ${style.id} --versions`,
  });
}
