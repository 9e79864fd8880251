/**
 * Loaded before a service (`node --import`), lets its parent move the service's wall clock on: what it remembers for a
 * while is then forgotten at once. Timers keep real time.
 */
const RealDate = Date;
let shiftedMs = 0;

/** For all who ask the time: one that is told two times, as by `new Date()` and `Date.now()`, takes deadlines for past. */
globalThis.Date = new Proxy(RealDate, {
  construct: (_, args: []) => (args.length > 0 ? new RealDate(...args) : new RealDate(Date.now())),
  get: (date, name) => (name === 'now' ? () => date.now() + shiftedMs : Reflect.get(date, name)),
});

process.on('message', (ms: number) => {
  shiftedMs += ms;
  process.send?.(shiftedMs);
});
// Without its parent nobody would end it.
process.on('disconnect', () => process.exit());
