/** The parts of the benchmark, in the order in which they are measured and shown. */
import { costs } from './parts/costs.ts';
import { drawing } from './parts/drawing.ts';
import { engine } from './parts/engine.ts';
import { halfLoad } from './parts/half-load.ts';
import { idle } from './parts/idle.ts';
import { kill } from './parts/kill.ts';
import { memory } from './parts/memory.ts';
import { poll } from './parts/poll.ts';
import { start } from './parts/start.ts';
import { stores } from './parts/stores.ts';
import { submit } from './parts/submit.ts';
import type { Part } from './stage.ts';

export const PARTS: readonly Part[] = [
  submit,
  poll,
  engine,
  costs,
  drawing,
  idle,
  halfLoad,
  start,
  memory,
  stores,
  kill,
];
