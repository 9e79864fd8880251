/**
 * The shop's server, which is told of ends: it may fail a few times, and remembers every event that it took.
 */
import type { Outbound } from '../../common/outbound/outbound.ts';
import { OutboundError } from '../../common/outbound/outbound-error.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import type { Schedule } from './schedule.ts';

export interface Receiver {
  connect(process: Process): Outbound;
  /** How often it took the event. */
  heard(event: string): number;
}

/** More would be tried for days, which no run lasts. */
const REFUSALS_MAX = 2;

export function createReceiver(schedule: Schedule, dice: Dice, faults: () => Faults): Receiver {
  const taken = new Map<string, number>();
  const refused = new Map<string, number>();
  return {
    heard: event => taken.get(event) ?? 0,
    connect: process => ({
      check: () => {},
      get: () => Promise.reject(new Error('no photo comes from elsewhere here')),
      post: (_, { headers }) =>
        new Promise((resolve, reject) => {
          const event = headers['webhook-id'] ?? '';
          schedule.after(dice.between(2, 60), `${process.name} tells the shop of ${event}`, () => {
            const before = refused.get(event) ?? 0;
            const refuses = before < REFUSALS_MAX && dice.chance(faults().answerLost);
            const hears = !refuses || dice.chance(0.5);
            if (refuses) refused.set(event, before + 1);
            if (hears) taken.set(event, (taken.get(event) ?? 0) + 1);
            process.tell(`the shop answers ${process.name}`, dice.between(2, 60), () =>
              refuses ? reject(new OutboundError('timeout')) : resolve({ status: 204, text: '' }),
            );
          });
        }),
    }),
  };
}
