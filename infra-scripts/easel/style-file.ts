/**
 * A style as a text to edit: a line for each short field, an empty line, and the prompt as it is. JSON is read as well.
 */
import { readFile } from 'node:fs/promises';
import { usageFault } from './faults.ts';
import { STYLE_FIELDS, type StyleContentAnswer } from './style-text.ts';

export type StyleFields = { readonly [field: string]: string | number };

const SHORT = STYLE_FIELDS.filter(field => field !== 'prompt');

export function styleFile(content: StyleContentAnswer): string {
  const head = SHORT.map(field => `${field}: ${content[field]}`).join('\n');
  return `${head}\n\n${content.prompt}\n`;
}

/** Throws a usage fault that names the line, or the system's error. */
export async function readStyleFile(path: string): Promise<StyleFields> {
  return parseStyleFile(await readFile(path, 'utf8'), path);
}

/** Fields that are not there are left out. */
export function parseStyleFile(text: string, path: string): StyleFields {
  if (text.trimStart().startsWith('{')) return fromJson(text, path);
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const fields: { [field: string]: string | number } = {};
  let at = 0;
  for (; at < lines.length && lines[at]?.trim() !== ''; at++) {
    const [, field = '', value = ''] = /^(\w+):(.*)$/.exec(lines[at] ?? '') ?? [];
    if (!known(SHORT, field)) throw badLine(path, at);
    fields[field] = field === 'minSidePx' ? Number(value) : value.trim();
  }
  const prompt = lines.slice(at).join('\n').trim();
  return prompt === '' ? fields : { ...fields, prompt };
}

function fromJson(text: string, path: string): StyleFields {
  let value: { readonly [field: string]: unknown };
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageFault(`${path} begins like JSON, but is none: ${(error as Error).message}`);
  }
  const wrong = Object.keys(value).find(field => !known(STYLE_FIELDS, field));
  if (wrong !== undefined) throw usageFault(`${path}: a style has no field "${wrong}".`, hint());
  return value as StyleFields;
}

function known(fields: readonly string[], field: string): boolean {
  return fields.includes(field);
}

function badLine(path: string, index: number) {
  return usageFault(
    `${path}, line ${index + 1}: expected a field such as "label: …", or the prompt after an empty line.`,
    hint(),
  );
}

function hint(): string {
  return `Fields are ${STYLE_FIELDS.join(', ')}; "easel styles show ID --text" shows such a file.`;
}
