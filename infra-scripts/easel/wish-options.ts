/**
 * What a retry may do otherwise than the runs before it.
 */
import type { Call, OptionSpecs } from './command.ts';
import { given } from './operator-options.ts';

export const WISH_OPTIONS: OptionSpecs = {
  model: { value: 'id', help: 'ask this model instead' },
  size: { value: 'size', help: 'such as 2K, instead' },
  'aspect-ratio': { value: 'ratio', help: 'such as 1:1, instead' },
  variation: { value: 'n', help: '0 to 9, instead' },
  force: { help: 'also blocked content, and what was tried again twice already' },
};

export function wishOf({ options }: Pick<Call, 'options'>): { [member: string]: unknown } {
  const instead = given({
    size: options.text('size'),
    aspectRatio: options.text('aspect-ratio'),
    variation: options.integer('variation', 0),
  });
  return given({
    model: options.text('model'),
    options: Object.keys(instead).length > 0 ? instead : undefined,
    force: options.flag('force') ? true : undefined,
  });
}
