/** One call of gcloud, taken apart: its words and its flags. */
import type { CloudState } from './state.ts';

export interface Request {
  /** Group, verb and names, without the flags. */
  readonly words: string;
  readonly flags: { readonly [name: string]: string };
  readonly state: CloudState;
  readonly input: string;
  readonly textOf: (path: string) => string;
}

export function parseWords(args: readonly string[]): Pick<Request, 'words' | 'flags'> {
  const words = args.filter(word => !word.startsWith('--')).join(' ');
  const flags = args
    .filter(word => word.startsWith('--'))
    .map(word => {
      const [, name = '', value = 'true'] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
      return [name, value] as const;
    });
  return { words, flags: Object.fromEntries(flags) };
}

export function lastWord({ words }: Pick<Request, 'words'>): string {
  return words.split(' ').at(-1) ?? '';
}
