import type { Handler } from './resources.ts';

export const RUN_HANDLERS: readonly Handler[] = [];
